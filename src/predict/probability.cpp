#include "flash/predict/probability.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace flash {
namespace {

constexpr double deviations_of_band = 1.959963984540054;  // a normal value lies within so many with 95 %

}  // namespace

double normal_probability(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double probability_within(double room, double band) {
  if (std::isnan(room) || !(band >= 0)) return std::numeric_limits<double>::quiet_NaN();
  if (band == 0) return room >= 0 ? 1 : 0;
  return normal_probability(deviations_of_band * room / band);
}

}  // namespace flash
