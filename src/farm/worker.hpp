// Runs the tasks that come through a queue, one after the other, on the calling thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "flash/farm/task.hpp"
#include "queue.hpp"
#include "transport.hpp"

namespace flash {

class Worker {
 public:
  // `reply` gets one message, outcome or dropped, for every task.
  Worker(int rank, std::string host, Queue& queue, const StopState& stop, std::function<void(Message)> reply);

  void serve(const Executor& executor);  // until quit

  // For the executor that is running: whether its run is to end, and whether it has ended without it.
  bool stop_requested() const { return epoch_ != 0 && stop_.stopped >= epoch_; }
  bool given_up() const { return epoch_ != 0 && stop_.given_up >= epoch_; }

 private:
  Message answer(Message task, const Executor& executor);
  Outcome execute(const Task& task, const Executor& executor) const;

  const int rank_;
  const std::string host_;
  Queue& queue_;
  const StopState& stop_;
  const std::function<void(Message)> reply_;
  std::atomic<std::uint32_t> epoch_ = 0;  // of the task that is running, 0 if there is none
};

}  // namespace flash
