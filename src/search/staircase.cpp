#include "staircase.hpp"

#include <algorithm>
#include <functional>

namespace flash {
namespace {

bool at_most(const Corner& a, const Corner& b) { return std::ranges::equal(a, b, std::less_equal{}); }

}  // namespace

bool Staircase::reaches(const Corner& corner) const {
  if (dimensions_ > 2)
    return std::ranges::any_of(points_, [&](const Corner& point) { return at_most(point, corner); });
  // Along the steps the first value rises and the second falls: the last one before the corner is the lowest.
  const auto after = steps_.upper_bound(corner[0]);
  return after != steps_.begin() && (dimensions_ == 1 || std::prev(after)->second <= corner[1]);
}

void Staircase::add(const Corner& corner) {
  if (dimensions_ > 2) {
    std::erase_if(points_, [&](const Corner& point) { return at_most(corner, point); });
    points_.push_back(corner);
    return;
  }
  const double second = dimensions_ == 1 ? 0 : corner[1];
  auto above = steps_.lower_bound(corner[0]);
  while (above != steps_.end() && above->second >= second) above = steps_.erase(above);
  steps_.emplace_hint(above, corner[0], second);
}

}  // namespace flash
