#include <algorithm>
#include <bit>

#include "flash/search/shgo/memo.hpp"

namespace flash::shgo {

std::size_t Memo::slot(std::span<const double> x) const {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const double value : x) {
    hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
  }
  const std::size_t mask = slots_.size() - 1;
  std::size_t s = hash & mask;
  while (slots_[s] != empty && !std::equal(x.begin(), x.end(), &points_[slots_[s] * dimension_]))
    s = (s + 1) & mask;
  return s;
}

const double* Memo::find(std::span<const double> x) const {
  const std::uint32_t index = slots_[slot(x)];
  return index == empty ? nullptr : &values_[index];
}

void Memo::insert(std::span<const double> x, double value) {
  if (2 * (size() + 1) > slots_.size()) grow();
  slots_[slot(x)] = static_cast<std::uint32_t>(size());
  points_.insert(points_.end(), x.begin(), x.end());
  values_.push_back(value);
}

void Memo::grow() {
  slots_.assign(2 * slots_.size(), empty);
  for (std::size_t i = 0; i < size(); ++i)
    slots_[slot({&points_[i * dimension_], dimension_})] = static_cast<std::uint32_t>(i);
}

}  // namespace flash::shgo
