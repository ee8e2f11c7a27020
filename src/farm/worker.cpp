#include "worker.hpp"

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "wire.hpp"

namespace flash {

Worker::Worker(int rank, std::string host, Queue& queue, const StopState& stop,
               std::function<void(Message)> reply)
    : rank_(rank), host_(std::move(host)), queue_(queue), stop_(stop), reply_(std::move(reply)) {}

void Worker::serve(const Executor& executor) {
  for (;;) {
    Message message = queue_.take();
    if (message.kind == Kind::quit) return;
    if (message.kind != Kind::task) continue;
    reply_(answer(std::move(message), executor));
  }
}

Message Worker::answer(Message message, const Executor& executor) {
  Message reply{0, Kind::dropped, message.epoch, message.index};
  if (stop_.stopped >= message.epoch) return reply;
  epoch_ = message.epoch;
  Outcome outcome = execute(task_from_bytes(std::move(message.payload)), executor);
  epoch_ = 0;
  reply.kind = Kind::outcome;
  reply.payload = to_bytes(outcome);
  if (reply.payload.size() > max_payload_bytes) {
    outcome.ok = false;
    outcome.code = static_cast<int>(ExitCode::internal);
    outcome.output = "the result is over 2 GiB, more than ranks can send each other";
    reply.payload = to_bytes(outcome);
  }
  return reply;
}

Outcome Worker::execute(const Task& task, const Executor& executor) const {
  Outcome outcome;
  outcome.id = task.id;
  outcome.rank = rank_;
  outcome.host = host_;
  outcome.t_start = unix_time();
  const Stopwatch watch;  // the system's clock may be set meanwhile
  outcome.code = static_cast<int>(ExitCode::internal);
  try {
    outcome.output = executor(task);
    outcome.ok = true;
    outcome.code = 0;
  } catch (const Error& error) {
    outcome.output = error.what();
    outcome.code = static_cast<int>(error.code());
  } catch (const std::exception& error) {
    outcome.output = error.what();
  } catch (...) {
    outcome.output = "something was thrown that is no exception";
  }
  outcome.t_end = outcome.t_start + watch.seconds();
  return outcome;
}

}  // namespace flash
