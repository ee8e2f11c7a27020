// What the converters make of columns' sums: the loop that all time goes into. Internal to the room.
#pragma once

#include <cstdint>
#include <vector>

namespace flash {

struct AdcLadder;

struct AdcRead {
  const float* sums = nullptr;     // [positions][slices][out]
  const float* squares = nullptr;  // of the cells' currents, likewise; null: no read noise
  std::int64_t positions = 0, slices = 0, out = 0;
  const AdcLadder* ladders = nullptr;  // a slice
  const double* worth = nullptr;  // of a slice's sum: 2^(bit of the activations + first bit of the slice)
  float last_level = 0;           // 2^bits - 1
  float noise = 0;                // times the root of `squares`
  std::uint32_t key = 0;          // of the noise
};
// results, [positions][out]: added to.
void convert_columns(const AdcRead& read, double* results);

// Mean 0, standard deviation 1: the sum of four uniform numbers of 16 bits, which lies within 3.5 of the mean and is
// normal to a kurtosis of 2.7. A function of both arguments alone.
float quick_normal(std::uint32_t key, std::uint32_t index);

}  // namespace flash
