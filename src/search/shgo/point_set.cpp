#include <algorithm>
#include <bit>

#include "point_set.hpp"

namespace flash::shgo {

std::size_t PointSet::home(std::span<const double> x) const {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const double value : x) {
    hash = (hash ^ std::bit_cast<std::uint64_t>(value + 0.0)) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
  }
  return hash & (slots_.size() - 1);
}

PointSet::Place PointSet::find(std::span<const double> x) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = home(x);
  while (slots_[slot] != empty && !std::equal(x.begin(), x.end(), &points_[slots_[slot] * dimension_]))
    slot = (slot + 1) & mask;
  return {slot, slots_[slot]};
}

std::size_t PointSet::insert(Place place, std::span<const double> x) {
  const std::size_t index = size();
  slots_[place.slot] = static_cast<std::uint32_t>(index);
  points_.insert(points_.end(), x.begin(), x.end());
  if (2 * (index + 1) >= slots_.size()) resize(2 * slots_.size());
  return index;
}

void PointSet::reserve(std::size_t points) {
  points_.reserve(points * dimension_);
  if (2 * points >= slots_.size()) resize(std::bit_ceil(2 * points + 1));
}

void PointSet::resize(std::size_t slots) {
  slots_.assign(slots, empty);
  for (std::size_t i = 0; i < size(); ++i) {
    std::size_t slot = home((*this)[i]);
    while (slots_[slot] != empty) slot = (slot + 1) & (slots - 1);
    slots_[slot] = static_cast<std::uint32_t>(i);
  }
}

}  // namespace flash::shgo
