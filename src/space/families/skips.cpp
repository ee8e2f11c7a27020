#include "flash/space/families/skips.hpp"

#include <algorithm>
#include <numeric>

#include "flash/core/random.hpp"

namespace flash {

int skip_channels(int width, int layer, int tc) {
  if (layer < 2) return 0;
  return static_cast<int>(std::min<std::int64_t>(tc, std::int64_t{width} * (layer - 1)));
}

std::vector<int> skip_sources(std::uint64_t seed, int cell, int layer, int width, int tc) {
  const int count = skip_channels(width, layer, tc);
  if (count == 0) return {};
  std::vector<int> pool(static_cast<std::size_t>(width) * static_cast<std::size_t>(layer - 1));
  std::iota(pool.begin(), pool.end(), 0);
  const auto taken = static_cast<std::size_t>(count);
  if (taken == pool.size()) return pool;
  // One stream of random numbers a layer: another layer's tc changes nothing here.
  const std::uint64_t stream = (static_cast<std::uint64_t>(cell) << 32) | static_cast<std::uint64_t>(layer);
  Philox random(derive_seed(seed, "skip_sources", stream));
  // The first `count` steps of a Fisher-Yates shuffle; marks sort the channels faster than comparisons.
  std::vector<char> marks(pool.size());
  for (std::size_t k = 0; k < taken; ++k) {
    std::swap(pool[k], pool[k + static_cast<std::size_t>(random.below(pool.size() - k))]);
    marks[static_cast<std::size_t>(pool[k])] = 1;
  }
  std::vector<int> sources;
  sources.reserve(taken);
  for (std::size_t channel = 0; channel < marks.size(); ++channel)
    if (marks[channel] != 0) sources.push_back(static_cast<int>(channel));
  return sources;
}

}  // namespace flash
