// Why samples of a plan cannot be used; internal to the room.
#pragma once

#include <string>

namespace flash {

// "2 not done yet, 1 failed, the first because: ..."
template <typename Samples>
std::string failures(const Samples& samples) {
  std::size_t missing = 0, failed = 0;
  std::string first;
  for (const auto& sample : samples) {
    missing += sample.outcome == nullptr;
    failed += sample.outcome != nullptr && !sample.good;
    if (first.empty()) first = sample.failure;
  }
  std::string text = std::to_string(missing) + " not done yet, " + std::to_string(failed) + " failed";
  return first.empty() ? text : text + ", the first because: " + first;
}

}  // namespace flash
