// Rank 0's own worker: a thread that lives as long as the farm, so that the children it starts do too
// (flash/process/child.hpp).
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "worker.hpp"

namespace flash {

class LocalWorker {
 public:
  LocalWorker(std::string host, std::shared_ptr<Mailbox> mailbox);  // replies go to its inbox
  ~LocalWorker();
  LocalWorker(const LocalWorker&) = delete;
  LocalWorker& operator=(const LocalWorker&) = delete;

  void set_executor(const Executor& executor);  // for the tasks sent from now on; starts the thread
  void send(Message task);
  const Worker& worker() const { return state_->worker; }

 private:
  // Shared with the thread: an executor that never returns is left behind with it.
  struct State {
    State(std::string host, std::shared_ptr<Mailbox> box);
    std::shared_ptr<Mailbox> mailbox;
    Queue queue;
    Worker worker;
    std::mutex mutex;  // guards what follows
    std::condition_variable ended_wake;
    std::shared_ptr<const Executor> executor;
    bool ended = false;
  };
  static void run(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace flash
