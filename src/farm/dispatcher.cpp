#include "dispatcher.hpp"

#include <algorithm>
#include <cmath>

#include "flash/log/log.hpp"
#include "wire.hpp"

namespace flash {
namespace {

constexpr double stop_question_seconds = 0.05;  // at most, between two
constexpr double tick_seconds = 0.25;
constexpr double give_up_patience = 2;  // s for executors to see that they are not wanted

// A rank has one more task in hand than it runs where tasks are short, so that it need not wait for the next;
// with long tasks that would be one that an idle rank could have had. Of very short ones it has a few ms'
// worth.
constexpr double short_task_seconds = 0.05;
constexpr double in_hand_seconds = 0.005;
constexpr double max_in_hand = 32;

}  // namespace

Dispatcher::Dispatcher(std::uint32_t epoch, std::vector<Task> tasks, std::vector<int> ranks,
                       const FarmOptions& options, const std::function<void(const Outcome&)>& on_outcome,
                       Send send, Queue& replies, Load& load)
    : epoch_(epoch),
      list_(std::move(tasks), ranks),
      ranks_(std::move(ranks)),
      options_(options),
      on_outcome_(on_outcome),
      send_(std::move(send)),
      replies_(replies),
      load_(load),
      stale_(load),
      attempts_(list_.size(), 0) {}

FarmReport Dispatcher::run() {
  try {
    while (report_.done + report_.failed < list_.size()) {
      ask_for_stop();
      if (stopping_) break;
      hand_out();
      take_in(stop_question_seconds);
      call_tick();
    }
    if (stopping_) wait_for_running(options_.stop_grace_seconds());
  } catch (...) {
    give_up();
    throw;
  }
  if (running_ > 0) give_up();
  report_.stopped = report_.done + report_.failed < list_.size();
  return report_;
}

void Dispatcher::hand_out() {
  // Round by round, so that the dearest tasks are spread over the ranks before any gets a second one.
  for (int in_hand = 0; in_hand < allowance() && !list_.empty(); ++in_hand) {
    for (const int rank : ranks_) {
      const auto r = static_cast<std::size_t>(rank);
      // What still works on a run that was given up would keep a new task waiting for as long as that takes.
      if (load_[r] > in_hand || stale_[r] > 0) continue;
      const auto index = list_.take(rank);
      if (!index) continue;
      send_({rank, Kind::task, epoch_, *index, to_bytes(list_.task(*index))});
      ++load_[r];
      ++running_;
    }
  }
}

int Dispatcher::allowance() const {
  if (task_seconds_ < 0 || task_seconds_ > short_task_seconds) return 1;
  const double in_hand = std::clamp(in_hand_seconds / std::max(task_seconds_, 1e-6), 1.0, max_in_hand);
  return 1 + static_cast<int>(in_hand);
}

// The next reply to a task of this run, of those that have come; waits at most that long if there are none.
// One at a time: what a callback throws must not lose the rest.
bool Dispatcher::next_reply(double wait_seconds, Message& reply) {
  if (batch_.empty()) batch_ = replies_.take_all(std::chrono::duration<double>(wait_seconds));
  while (!batch_.empty()) {
    reply = std::move(batch_.front());
    batch_.pop_front();
    if (reply.kind != Kind::outcome && reply.kind != Kind::dropped) continue;
    --load_[static_cast<std::size_t>(reply.peer)];
    if (reply.epoch != epoch_) {
      --stale_[static_cast<std::size_t>(reply.peer)];
      continue;
    }
    --running_;
    return true;
  }
  return false;
}

void Dispatcher::take_in(double wait_seconds) {
  Message reply;
  if (!next_reply(wait_seconds, reply)) return;
  do {
    if (reply.kind == Kind::outcome) judge(reply.index, outcome_from_bytes(std::move(reply.payload)));
  } while (!batch_.empty() && next_reply(0, reply));
}

void Dispatcher::judge(std::size_t index, Outcome outcome) {
  const double seconds = std::max(outcome.t_end - outcome.t_start, 0.0);
  task_seconds_ = task_seconds_ < 0 ? seconds : 0.8 * task_seconds_ + 0.2 * seconds;
  if (stopping_ && !outcome.ok) return;  // most likely because of the stop: as if it had not been run
  outcome.attempt = attempts_[index] + 1;
  if (outcome.ok) {
    ++report_.done;
  } else if (++attempts_[index] < options_.attempts) {
    log_warning("task {} failed on rank {} ({}) and is tried again: {}", outcome.id, outcome.rank,
                outcome.host, outcome.output);
    list_.put_back(index, outcome.rank);
  } else {
    ++report_.failed;
  }
  on_outcome_(outcome);
}

void Dispatcher::ask_for_stop() {
  if (!options_.stop()) return;
  stopping_ = true;
  tell_all(Kind::stop);
}

void Dispatcher::call_tick() {
  if (clock_.seconds() - last_tick_ < tick_seconds) return;
  last_tick_ = clock_.seconds();
  options_.tick(running_);
}

void Dispatcher::wait_for_running(double seconds) {
  if (running_ > 0) log_info("asked to stop: {} tasks in hand have {:g} s to end", running_, seconds);
  const Stopwatch waited;
  while (running_ > 0 && waited.seconds() < seconds) {
    take_in(std::min(stop_question_seconds, seconds));
    call_tick();
  }
}

// What still comes of this run is read but not told: the caller has been, or is about to be, told that it is
// over. Executors that look are waited for, since they may use what the caller is about to destroy.
void Dispatcher::give_up() {
  tell_all(Kind::give_up);
  const Stopwatch waited;
  Message reply;
  while (running_ > 0 && waited.seconds() < give_up_patience) next_reply(stop_question_seconds, reply);
  if (running_ > 0) log_warning("{} tasks are still running though nobody waits for them", running_);
}

void Dispatcher::tell_all(Kind kind) {
  for (const int rank : ranks_) send_({rank, kind, epoch_, 0});
}

}  // namespace flash
