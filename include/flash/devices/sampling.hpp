// Which networks to measure on a target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flash/devices/encoding.hpp"

namespace flash {

struct SamplingInput {
  const Encoding* encoding = nullptr;
  std::vector<std::vector<double>>
      devices;                        // [device][network]: the proxy and further ones; NaN: not measured
  std::vector<bool> allowed;          // [network]: may be chosen; empty: all that are live
  std::vector<std::size_t> measured;  // on the target already
  std::size_t count = 20;             // how many more
  std::uint64_t seed = 1;
};

// Greedy D-optimal in (1, operator counts, features, other devices) [ours]: each is the network of which the samples so
// far say least, of a random choice of candidates. Never in one weight an operator and place with fewer samples than
// those need: that chooses odd networks. Fewer than `count` where there are not so many. Deterministic by seed.
std::vector<std::size_t> networks_to_measure(const SamplingInput& input);

}  // namespace flash
