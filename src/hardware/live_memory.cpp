#include "flash/hardware/live_memory.hpp"

#include <algorithm>

namespace flash {

Lifetimes::Lifetimes(std::size_t values, std::span<const Step> steps)
    : steps_(steps.size()), first_(values), last_(values) {
  for (std::size_t step = 0; step < steps.size(); ++step) {
    first_[steps[step].writes] = last_[steps[step].writes] = step;
    for (const std::size_t value : steps[step].reads) last_[value] = step;
  }
}

std::int64_t Lifetimes::peak(std::span<const std::int64_t> sizes) const {
  std::vector<std::int64_t> change(steps_ + 1);
  for (std::size_t value = 0; value < first_.size(); ++value) {
    change[first_[value]] += sizes[value];
    change[last_[value] + 1] -= sizes[value];
  }
  std::int64_t live = 0;
  std::int64_t most = 0;
  for (const std::int64_t by : change) most = std::max(most, live += by);
  return most;
}

}  // namespace flash
