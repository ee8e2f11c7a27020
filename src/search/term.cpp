#include "flash/search/term.hpp"

namespace flash {

std::pair<double, double> Term::range() const {
  const auto least = [this](std::span<const double> values) {
    return non_decreasing ? values.front() : *std::ranges::min_element(values);
  };
  const auto largest = [this](std::span<const double> values) {
    return non_decreasing ? values.back() : *std::ranges::max_element(values);
  };
  double low = base;
  double high = base;
  for (const auto& values : sum) {
    low += least(values);
    high += largest(values);
  }
  if (most.empty()) return {low, high};
  double low_most = -std::numeric_limits<double>::infinity();
  double high_most = low_most;
  for (const auto& values : most) {
    low_most = std::max(low_most, least(values));
    high_most = std::max(high_most, largest(values));
  }
  return {low + low_most, high + high_most};
}

}  // namespace flash
