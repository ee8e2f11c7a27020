#include "parallel.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace flash::dataset {
namespace {

std::size_t cores() {
  cpu_set_t mask;
  const bool known = ::sched_getaffinity(0, sizeof(mask), &mask) == 0;
  return known ? static_cast<std::size_t>(CPU_COUNT(&mask)) : 1;
}

}  // namespace

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> failed{count};  // the first that threw; those after it are not begun any more
  std::exception_ptr error;
  std::mutex mutex;
  const auto take = [&] {
    for (std::size_t i = next++; i < failed; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i >= failed) continue;
        failed = i;
        error = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t k = 1; k < std::min(cores(), count); ++k) others.emplace_back(take);
    take();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace flash::dataset
