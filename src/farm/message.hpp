// What ranks say to each other: every message is a header of fixed size, then its payload if it has one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

namespace flash {

// The one table of MPI tags. MPI keeps the order of messages of one sender and tag, so the n-th payload of a
// sender belongs to its n-th header that announces one.
enum class Tag : int { header = 1, payload = 2 };

// The one table of messages: what it is, who sends it, what its payload is.
enum class Kind : std::uint32_t {
  task = 1,     // rank 0: run this; a Task
  outcome = 2,  // worker: this came of it; an Outcome
  dropped = 3,  // worker: not run, the run has been stopped
  stop = 4,     // rank 0: the run is to end; start no more of its tasks
  give_up = 5,  // rank 0: the run has ended; what still runs of it is for nothing
  quit = 6,     // rank 0: the farm ends
  bye = 7,      // worker: the last message, the answer to quit
  alive = 8,    // both: a sign of life; the index is the memory that the sender has resident, in bytes
};

// Sent as bytes: all ranks run the same program on the same kind of processor.
struct Header {
  Kind kind = Kind::alive;
  std::uint32_t epoch = 0;   // counts the calls of Farm::run, from 1
  std::uint64_t index = 0;   // of the task in its run
  std::uint64_t length = 0;  // of the payload, bytes
};
static_assert(std::is_trivially_copyable_v<Header> && sizeof(Header) == 24);

struct Message {
  int peer = 0;  // who sent it, or who is to get it
  Kind kind = Kind::alive;
  std::uint32_t epoch = 0;
  std::uint64_t index = 0;
  std::string payload{};
};

// MPI counts bytes with an int.
inline constexpr std::size_t max_payload_bytes = static_cast<std::size_t>(std::numeric_limits<int>::max());

}  // namespace flash
