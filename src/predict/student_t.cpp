#include "flash/predict/student_t.hpp"

#include <cmath>
#include <numbers>

namespace flash {
namespace {

// P(|T| <= t) for whole degrees of freedom: Abramowitz and Stegun, "Handbook of Mathematical
// Functions", 26.7.3-4.
double within(double t, int degrees_of_freedom) {
  const double angle = std::atan(t / std::sqrt(degrees_of_freedom));
  const double cosine_squared = std::cos(angle) * std::cos(angle);
  const bool odd = degrees_of_freedom % 2 == 1;
  double sum = 0;
  double term = odd ? std::cos(angle) : 1.0;
  for (int k = odd ? 1 : 0; k <= degrees_of_freedom - 2; k += 2) {
    sum += term;
    term *= cosine_squared * (k + 1.0) / (k + 2.0);
  }
  const double weighted = std::sin(angle) * sum;
  return odd ? 2 / std::numbers::pi * (angle + weighted) : weighted;
}

}  // namespace

double student_t_two_sided(double probability, int degrees_of_freedom) {
  // Bands ask for the same one network after network, and what within() takes grows with the degrees of freedom.
  struct Last {
    double probability = 0;
    int degrees_of_freedom = 0;
    double t = 0;
  };
  thread_local Last last;
  if (last.probability == probability && last.degrees_of_freedom == degrees_of_freedom) return last.t;
  double low = 0;
  double high = 1;
  while (within(high, degrees_of_freedom) < probability && high < 1e12) high *= 2;
  for (int i = 0; i < 200 && high - low > 1e-13 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (within(middle, degrees_of_freedom) < probability ? low : high) = middle;
  }
  last = {probability, degrees_of_freedom, high};
  return high;
}

}  // namespace flash
