// Which channels a skip takes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace flash {

// t_i = min(tc, w * (i - 1)) for layer i >= 2, else 0: the channels that layer i of a cell reads besides the
// previous layer's w [group].
int skip_channels(int width, int layer, int tc);

// SC_c: the sum of t_i over the layers of a cell of depth d. Closed form, no loop over layers.
inline std::int64_t total_skip_channels(int width, int depth, int tc) {
  // With j = i - 1 = 1 .. n: the first `ramp` layers read all w * j that there are, the others tc.
  const std::int64_t n = std::max(depth - 2, 0);
  const std::int64_t ramp = std::min<std::int64_t>(tc / width, n);
  return width * (ramp * (ramp + 1) / 2) + (n - ramp) * tc;
}

// The t_i channels of layer i, drawn without replacement from the w * (i - 1) outputs of layers 0 .. i-2;
// channel k is output k % w of layer k / w. Ascending; a function of its arguments alone.
std::vector<int> skip_sources(std::uint64_t seed, int cell, int layer, int width, int tc);

}  // namespace flash
