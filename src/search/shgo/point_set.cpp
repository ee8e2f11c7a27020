#include <algorithm>
#include <bit>

#include "point_set.hpp"

namespace flash::shgo {

PointSet::Place PointSet::find(std::span<const double> x) const {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const double value : x) {
    hash = (hash ^ std::bit_cast<std::uint64_t>(value + 0.0)) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
  }
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot] != empty && !std::equal(x.begin(), x.end(), &points_[slots_[slot] * dimension_]))
    slot = (slot + 1) & mask;
  return {slot, slots_[slot]};
}

std::size_t PointSet::insert(Place place, std::span<const double> x) {
  const std::size_t index = size();
  slots_[place.slot] = static_cast<std::uint32_t>(index);
  points_.insert(points_.end(), x.begin(), x.end());
  if (2 * size() >= slots_.size()) grow();
  return index;
}

void PointSet::grow() {
  slots_.assign(2 * slots_.size(), empty);
  for (std::size_t i = 0; i < size(); ++i) slots_[find((*this)[i]).slot] = static_cast<std::uint32_t>(i);
}

}  // namespace flash::shgo
