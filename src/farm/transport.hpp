// The only part that touches MPI: a thread of its own carries messages between queues and ranks.
//
// So rank 0 gives signs of life while it writes an archive, a worker while it computes, and a stop reaches a
// worker in the middle of a task. MPI is initialised, used and finalised on that thread alone
// (MPI_THREAD_FUNNELED).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "flash/core/clock.hpp"
#include "flash/farm/farm.hpp"
#include "message.hpp"
#include "queue.hpp"

namespace flash {

// How far the run has been ended, by the number of the run; read by executors at any time.
struct StopState {
  std::atomic<std::uint32_t> stopped{0};   // runs up to this one start nothing more
  std::atomic<std::uint32_t> given_up{0};  // of runs up to this one nothing is wanted any more

  void stop(std::uint32_t epoch) { stopped = epoch; }
  void give_up(std::uint32_t epoch) { stopped = epoch, given_up = epoch; }
};
inline constexpr std::uint32_t every_run = std::numeric_limits<std::uint32_t>::max();

// What a rank hears.
struct Mailbox {
  Queue inbox;
  StopState stop;
};

class Transport {
 public:
  // What other ranks say goes to the mailbox. Throws Error mpi.
  Transport(int* argc, char*** argv, Mailbox& mailbox);
  ~Transport();  // all ranks together, see the .cpp
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  const std::vector<std::string>& hosts() const { return hosts_; }  // of all ranks; rank 0 only
  std::vector<SignOfLife> signs_of_life() const;                    // of all ranks; rank 0 only

  void send(Message message);  // to message.peer, never oneself

  [[noreturn]] void abort(int exit_code);

 private:
  class Loop;  // what the thread does
  friend class Loop;

  void meet_the_others();

  int rank_ = 0;
  int size_ = 1;
  std::vector<std::string> hosts_;
  // Of each rank: when it was heard of last, by the clock; and the memory that it said it has. Written by the
  // thread.
  struct Heard {
    std::atomic<double> seconds = 0;
    std::atomic<std::uint64_t> resident_bytes = 0;
  };
  const Stopwatch clock_;
  std::vector<Heard> heard_;
  Mailbox& mailbox_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<Message> outbox_;
  bool closing_ = false;
  int abort_code_ = 0;

  std::thread thread_;
};

}  // namespace flash
