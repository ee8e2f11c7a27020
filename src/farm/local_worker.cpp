#include "local_worker.hpp"

namespace flash {

LocalWorker::LocalWorker(std::string host, Mailbox& mailbox)
    : worker_(0, std::move(host), queue_, mailbox.stop,
              [&mailbox](Message reply) { mailbox.inbox.push(std::move(reply)); }) {}

void LocalWorker::set_executor(const Executor& executor) {
  {
    const std::lock_guard lock(mutex_);
    executor_ = std::make_shared<const Executor>(executor);
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void LocalWorker::send(Message task) { queue_.push(std::move(task)); }

void LocalWorker::end() {
  if (!thread_.joinable()) return;
  queue_.push({0, Kind::quit});
  thread_.join();
}

// A task of a run that was given up may still be at work when the next run sets its executor.
void LocalWorker::run() {
  worker_.serve([this](const Task& task) {
    std::shared_ptr<const Executor> executor;
    {
      const std::lock_guard lock(mutex_);
      executor = executor_;
    }
    return (*executor)(task);
  });
}

}  // namespace flash
