// A queue of messages between threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "message.hpp"

namespace flash {

class Queue {
 public:
  void push(Message message) {
    {
      const std::lock_guard lock(mutex_);
      messages_.push_back(std::move(message));
    }
    filled_.notify_one();
  }

  // All that is there, in order; waits at most that long for the first.
  std::deque<Message> take_all(std::chrono::duration<double> wait) {
    std::unique_lock lock(mutex_);
    filled_.wait_for(lock, wait, [&] { return !messages_.empty(); });
    return std::exchange(messages_, {});
  }

  // The first; waits for it as long as it takes.
  Message take() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return !messages_.empty(); });
    Message message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Message> messages_;
};

}  // namespace flash
