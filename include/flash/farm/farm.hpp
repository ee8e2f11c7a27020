// The farm: MPI ranks that run tasks. Rank 0 hands tasks out on one thread and runs some on another.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "flash/farm/task.hpp"

namespace flash {

struct FarmOptions {
  int attempts = 2;           // tries of a task that fails, the first included
  bool one_per_host = false;  // only the lowest rank of each host runs tasks: for measurements
  // Asked on the calling thread whenever outcomes have come, at least every 50 ms, and so cheap; true: hand out
  // nothing more, wait for what runs.
  std::function<bool()> stop = [] { return false; };
  // Asked once, at the stop: after that long, running tasks are given up; run() then returns.
  std::function<double()> stop_grace_seconds = [] { return 20.0; };
  // Called on rank 0 at least every 0.5 s, with the number of tasks that ranks have in hand: progress,
  // journal sync.
  std::function<void(std::size_t in_hand)> tick = [](std::size_t) {};
};

struct FarmReport {
  bool stopped = false;  // ended by stop before all tasks were done
  std::size_t done = 0;
  std::size_t failed = 0;  // tasks that failed at every attempt
};

// What rank 0 knows of a rank beside its tasks.
struct SignOfLife {
  std::string host;
  double silent_s = 0;               // since it was last heard of; rank 0 never is silent
  std::uint64_t resident_bytes = 0;  // its memory when it last said, at most 10 s before; 0: not said yet
};

// One for each process, made before anything else touches MPI. A single process needs no mpirun, and then no
// MPI. MPI lives on a thread of its own, so that ranks give signs of life, and hear of a stop, while they
// compute: nothing outside the farm may call MPI. Rank 0's tasks run on one more thread; callbacks on the one
// that called run().
class Farm {
 public:
  // Throws Error mpi where a launcher started several processes that do not see each other (SLURM_NTASKS > 1
  // or OMPI_COMM_WORLD_SIZE > 1 but a world of size 1), naming the launcher to use.
  Farm(int* argc, char*** argv);
  // This process alone, whatever a launcher says: MPI is not touched.
  Farm();
  // On rank 0 waits for the executor that runs there, which has been given up, and ends the other ranks'
  // serve(); finalises MPI. Another rank whose executor does not return within 3 s ends there and then, with
  // code 0.
  ~Farm();
  Farm(const Farm&) = delete;
  Farm& operator=(const Farm&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  const std::string& host() const { return host_; }
  std::vector<std::string> hosts() const;         // of all ranks; rank 0 only
  std::vector<SignOfLife> signs_of_life() const;  // of all ranks; rank 0 only

  // Rank 0: runs all tasks; on_outcome is called on the calling thread once a task is done or has failed for
  // good, and for every failed attempt that is tried again (ok false, attempt below the limit). An exception
  // from it or from tick ends the run. The executor is kept until the farm ends or runs another: what it
  // refers to must live as long, what it owns does.
  FarmReport run(std::vector<Task> tasks, const Executor& executor, const FarmOptions& options,
                 const std::function<void(const Outcome&)>& on_outcome);

  // Other ranks: runs tasks until rank 0's farm ends. A rank that hears nothing of rank 0 for 60 s ends the
  // job (MPI_Abort), and so does rank 0 where it hears nothing of a rank; the environment's
  // FLASH_SILENCE_LIMIT, in seconds, changes that.
  void serve(const Executor& executor);

  // For an executor, on any rank, about the task that it runs; cheap, no MPI call.
  // Its run is to end: finish soon.
  bool stop_requested() const;
  // Its run has ended without it, by the end of the grace, by an exception or with the farm: nobody waits for
  // the result. An executor that can take longer than 2 s must look at this (a Child's `stopped` does) and
  // return: the farm's end waits for it.
  bool given_up() const;

  // Ends every rank at once; for the one catch at the top of main.
  [[noreturn]] void abort(int exit_code);

 private:
  int rank_ = 0;
  int size_ = 1;
  std::string host_;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace flash
