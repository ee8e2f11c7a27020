// Halving over doubles.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace flash {

// The least double in [low, high] for which `holds`, infinity where there is none. 0 < low <= high; `holds`
// turns from false to true at most once. Positive doubles order as their bits do, so that halving takes 62
// steps at most.
template <class Predicate>
double least(double low, double high, const Predicate& holds) {
  if (!holds(high)) return std::numeric_limits<double>::infinity();
  auto first = std::bit_cast<std::uint64_t>(low);
  auto last = std::bit_cast<std::uint64_t>(high);
  while (first < last) {
    const std::uint64_t middle = first + (last - first) / 2;
    if (holds(std::bit_cast<double>(middle))) {
      last = middle;
    } else {
      first = middle + 1;
    }
  }
  return std::bit_cast<double>(first);
}

}  // namespace flash
