// Rank 0's own worker: a thread that lives as long as the farm, so that the children it starts do too
// (flash/process/child.hpp).
#pragma once

#include <memory>
#include <mutex>
#include <thread>

#include "worker.hpp"

namespace flash {

class LocalWorker {
 public:
  LocalWorker(std::string host, Mailbox& mailbox);  // replies go to its inbox
  ~LocalWorker() { end(); }
  LocalWorker(const LocalWorker&) = delete;
  LocalWorker& operator=(const LocalWorker&) = delete;

  // For the tasks sent from now on; starts the thread. The last one set is kept until this worker's end.
  void set_executor(const Executor& executor);
  void send(Message task);
  void end();  // waits for the executor that is running; nothing is run after that
  const Worker& worker() const { return worker_; }

 private:
  void run();

  Queue queue_;
  Worker worker_;
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Executor> executor_;
  std::thread thread_;
};

}  // namespace flash
