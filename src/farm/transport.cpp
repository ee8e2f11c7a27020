#include "transport.hpp"

#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include <chrono>
#include <cstdlib>
#include <future>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/memory.hpp"
#include "flash/log/log.hpp"
#include "launcher.hpp"
#include "transport_loop.hpp"

namespace flash {
namespace {

constexpr std::size_t max_host_bytes = 256;  // POSIX allows 255 and the terminating zero

void start_mpi(int* argc, char*** argv) {
  const StartSettings settings;
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
  if (provided < MPI_THREAD_FUNNELED)
    throw Error(ExitCode::mpi, "this MPI allows no threads at all (MPI_THREAD_FUNNELED is needed)");
}

}  // namespace

Transport::Transport(int* argc, char*** argv, Mailbox& mailbox) : mailbox_(mailbox) {
  std::promise<void> promise;  // moved to the thread: it may still be in set_value when we are past get
  std::future<void> ready = promise.get_future();
  thread_ = std::thread([this, argc, argv, started = std::move(promise)]() mutable {
    try {
      start_mpi(argc, argv);
      meet_the_others();
    } catch (...) {
      started.set_exception(std::current_exception());
      return;
    }
    started.set_value();
    Loop(*this).run();
  });
  try {
    ready.get();
  } catch (...) {
    thread_.join();
    throw;
  }
}

// Rank 0 says quit, receives what is still under way until every worker has said bye, and then all finalise
// together. A worker comes here once it has got quit.
Transport::~Transport() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Transport::meet_the_others() {
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  try {
    refuse_mismatch(size_);
  } catch (...) {
    MPI_Finalize();
    throw;
  }
  heard_ = std::vector<Heard>(static_cast<std::size_t>(size_));
  std::string mine = host_name();
  mine.resize(max_host_bytes, '\0');
  std::string all(rank_ == 0 ? max_host_bytes * static_cast<std::size_t>(size_) : 0, '\0');
  constexpr int count = static_cast<int>(max_host_bytes);
  MPI_Gather(mine.data(), count, MPI_CHAR, all.data(), count, MPI_CHAR, 0, MPI_COMM_WORLD);
  for (std::size_t at = 0; at < all.size(); at += max_host_bytes) {
    std::string name = all.substr(at, max_host_bytes);
    hosts_.push_back(name.substr(0, name.find('\0')));
  }
}

std::vector<SignOfLife> Transport::signs_of_life() const {
  std::vector<SignOfLife> signs;
  const double now = clock_.seconds();
  for (std::size_t r = 0; r < hosts_.size(); ++r)
    signs.push_back({hosts_[r], r == 0 ? 0 : now - heard_[r].seconds,
                     r == 0 ? resident_bytes() : heard_[r].resident_bytes.load()});
  return signs;
}

void Transport::send(Message message) {
  if (message.payload.size() > max_payload_bytes)
    throw Error(ExitCode::internal, "a message between ranks is over 2 GiB: make the task smaller");
  {
    const std::lock_guard lock(mutex_);
    outbox_.push_back(std::move(message));
  }
  wake_.notify_one();
}

void Transport::abort(int exit_code) {
  flush_log();
  if (size_ == 1) std::_Exit(exit_code);
  {
    const std::lock_guard lock(mutex_);
    abort_code_ = exit_code;
  }
  wake_.notify_one();
  std::this_thread::sleep_for(std::chrono::seconds(10));  // MPI_Abort, on the other thread, ends the process
  std::_Exit(exit_code);
}

}  // namespace flash
