#include "adc_kernel.hpp"

#include <algorithm>
#include <cmath>

#include "crossbar_matrix.hpp"

namespace flash {
namespace {

// A bijection that spreads bits (C. Wellons, "Prospecting for hash functions", 2018: lowbias32).
inline std::uint32_t spread(std::uint32_t v) {
  v ^= v >> 16;
  v *= 0x7feb352dU;
  v ^= v >> 15;
  v *= 0x846ca68bU;
  return v ^ (v >> 16);
}

inline float normal_of(std::uint32_t key, std::uint32_t index) {
  const std::uint32_t a = spread(index ^ key), b = spread(a + 0x9e3779b9U);
  const auto sum = static_cast<std::int32_t>((a & 0xffffU) + (a >> 16) + (b & 0xffffU) + (b >> 16));
  return static_cast<float>(sum - 131070) * (1.0F / 37837.227F);  // 65536 * sqrt(4 / 12)
}

}  // namespace

float quick_normal(std::uint32_t key, std::uint32_t index) { return normal_of(key, index); }

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
void convert_columns(const AdcRead& read, double* results) {
  const std::int64_t out = read.out;
  for (std::int64_t p = 0; p < read.positions; ++p)
    for (std::int64_t s = 0; s < read.slices; ++s) {
      const std::int64_t at = (p * read.slices + s) * out;
      const float low = read.ladders[s].low, per_step = 1 / read.ladders[s].step, last = read.last_level;
      const double worth = read.worth[s], least = worth * static_cast<double>(low),
                   step = worth * static_cast<double>(read.ladders[s].step);
      const float* sums = read.sums + at;
      double* to = results + p * out;
      if (read.squares == nullptr) {
        for (std::int64_t o = 0; o < out; ++o) {
          const float level = std::min(std::max((sums[o] - low) * per_step, 0.0F), last);
          to[o] += least + step * static_cast<double>(static_cast<std::int32_t>(level + 0.5F));
        }
        continue;
      }
      const float* squares = read.squares + at;
      const float noise = read.noise;
      const std::uint32_t key = read.key, first = static_cast<std::uint32_t>(at);
      for (std::int64_t o = 0; o < out; ++o) {
        const float sum =
            sums[o] + noise * std::sqrt(squares[o]) * normal_of(key, first + static_cast<std::uint32_t>(o));
        const float level = std::min(std::max((sum - low) * per_step, 0.0F), last);
        to[o] += least + step * static_cast<double>(static_cast<std::int32_t>(level + 0.5F));
      }
    }
}

}  // namespace flash
