#include "flash/core/parallel_for.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace flash {

void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t index, std::size_t thread)>& body) {
  threads = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(count, 1));
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;  // of the two below
  std::size_t failed_index = count;
  std::exception_ptr failure;
  const auto work = [&](std::size_t thread) {
    while (!failed) {
      const std::size_t index = next++;
      if (index >= count) return;
      try {
        body(index, thread);
      } catch (...) {
        const std::lock_guard lock(mutex);
        failed = true;
        if (index > failed_index) continue;
        failed_index = index;
        failure = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> others;  // joined at the end of the block, however it is left
    try {
      for (std::size_t thread = 0; thread + 1 < threads; ++thread) others.emplace_back(work, thread);
    } catch (...) {
      failed = true;
      throw;
    }
    work(threads - 1);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace flash
