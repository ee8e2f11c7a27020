// One run of a list of tasks, on rank 0's calling thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "flash/core/clock.hpp"
#include "flash/farm/farm.hpp"
#include "queue.hpp"
#include "ready_list.hpp"
#include "transport.hpp"

namespace flash {

// How many tasks each rank has been sent and not yet answered.
using Load = std::vector<int>;

class Dispatcher {
 public:
  using Send = std::function<void(Message)>;

  // `ranks` may run tasks. `send` takes a task, stop or give_up to message.peer; `replies` is what comes
  // back.
  Dispatcher(std::uint32_t epoch, std::vector<Task> tasks, std::vector<int> ranks, const FarmOptions& options,
             const std::function<void(const Outcome&)>& on_outcome, Send send, Queue& replies, Load& load);

  FarmReport run();

 private:
  void hand_out();
  int allowance() const;
  bool next_reply(double wait_seconds, Message& reply);
  void take_in(double wait_seconds);
  void judge(std::size_t index, Outcome outcome);
  void ask_for_stop();
  void call_tick();
  void wait_for_running(double seconds);
  void give_up();
  void tell_all(Kind kind);

  const std::uint32_t epoch_;
  ReadyList list_;
  const std::vector<int> ranks_;
  const FarmOptions& options_;
  const std::function<void(const Outcome&)>& on_outcome_;
  const Send send_;
  Queue& replies_;
  Load& load_;
  Load stale_;  // the part of it that is of earlier runs

  std::deque<Message> batch_;  // replies that have come and are not yet looked at
  std::vector<int> attempts_;  // by task: those that failed
  std::size_t running_ = 0;    // sent in this run and not yet answered
  double task_seconds_ = -1;   // how long the latest tasks took, a running mean; -1 before the first
  bool stopping_ = false;
  FarmReport report_;
  Stopwatch clock_;
  double last_tick_ = 0;
};

}  // namespace flash
