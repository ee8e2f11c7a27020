#include "flash/topology/skips.hpp"

#include <algorithm>
#include <numeric>

#include "flash/core/random.hpp"

namespace flash {

int skip_channels(int width, int layer, int tc) {
  if (layer < 2) return 0;
  return static_cast<int>(std::min<std::int64_t>(tc, std::int64_t{width} * (layer - 1)));
}

std::int64_t total_skip_channels(int width, int depth, int tc) {
  // With j = i - 1 = 1 .. n: the first `ramp` layers read all w * j that there are, the others tc.
  const std::int64_t n = std::max(depth - 2, 0);
  const std::int64_t ramp = std::min<std::int64_t>(tc / width, n);
  return width * (ramp * (ramp + 1) / 2) + (n - ramp) * tc;
}

std::vector<int> skip_sources(std::uint64_t seed, int cell, int layer, int width, int tc) {
  const int count = skip_channels(width, layer, tc);
  if (count == 0) return {};
  // One stream of random numbers a layer: another layer's tc changes nothing here.
  const std::uint64_t stream = (static_cast<std::uint64_t>(cell) << 32) | static_cast<std::uint64_t>(layer);
  Philox random(derive_seed(seed, "skip_sources", stream));
  std::vector<int> sources(static_cast<std::size_t>(width) * static_cast<std::size_t>(layer - 1));
  std::iota(sources.begin(), sources.end(), 0);
  // The first `count` steps of a Fisher-Yates shuffle.
  const auto taken = static_cast<std::size_t>(count);
  for (std::size_t k = 0; k < taken; ++k)
    std::swap(sources[k], sources[k + static_cast<std::size_t>(random.below(sources.size() - k))]);
  sources.resize(taken);
  std::ranges::sort(sources);
  return sources;
}

}  // namespace flash
