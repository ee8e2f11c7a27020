#include "local_worker.hpp"

#include <chrono>

namespace flash {
namespace {

constexpr std::chrono::seconds end_patience{
    2};  // for an executor that does not look whether it is still wanted

}  // namespace

LocalWorker::State::State(std::string host, std::shared_ptr<Mailbox> box)
    : mailbox(std::move(box)), worker(0, std::move(host), queue, mailbox->stop, [this](Message reply) {
        mailbox->inbox.push(std::move(reply));
      }) {}

LocalWorker::LocalWorker(std::string host, std::shared_ptr<Mailbox> mailbox)
    : state_(std::make_shared<State>(std::move(host), std::move(mailbox))) {}

LocalWorker::~LocalWorker() {
  if (!thread_.joinable()) return;
  state_->queue.push({0, Kind::quit});
  std::unique_lock lock(state_->mutex);
  if (state_->ended_wake.wait_for(lock, end_patience, [&] { return state_->ended; })) {
    lock.unlock();
    thread_.join();
  } else {
    thread_.detach();  // the process is about to end
  }
}

void LocalWorker::set_executor(const Executor& executor) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->executor = std::make_shared<const Executor>(executor);
  }
  if (!thread_.joinable()) thread_ = std::thread([state = state_] { run(state); });
}

void LocalWorker::send(Message task) { state_->queue.push(std::move(task)); }

void LocalWorker::run(const std::shared_ptr<State>& state) {
  state->worker.serve([&state](const Task& task) {
    std::shared_ptr<const Executor> executor;
    {
      const std::lock_guard lock(state->mutex);
      executor = state->executor;
    }
    return (*executor)(task);
  });
  const std::lock_guard lock(state->mutex);
  state->ended = true;
  state->ended_wake.notify_one();
}

}  // namespace flash
