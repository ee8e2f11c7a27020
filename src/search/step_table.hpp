// A monotone function looked up between knots, with a bound on what that costs in accuracy.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace flash {

// Positive, of a positive argument in [low, high]. The knots are the doubles whose last bits are zero: 65536
// to an octave, fewer where the range is huge.
class StepTable {
 public:
  template <class F>
  StepTable(double low, double high, const F& f) {
    const auto first = std::bit_cast<std::uint64_t>(low);
    const auto last = std::bit_cast<std::uint64_t>(high);
    while ((last >> shift_) - (first >> shift_) > most_knots) ++shift_;
    first_ = first >> shift_;
    double before = 0;
    for (std::uint64_t knot = first_; knot <= (last >> shift_) + 1; ++knot) {
      const double value = f(std::clamp(std::bit_cast<double>(knot << shift_), low, high));
      if (knot > first_) error_ = std::max({error_, value / before - 1, before / value - 1});
      values_.push_back(before = value);
    }
  }

  // The value at the knot below x.
  double operator()(double x) const { return values_[(std::bit_cast<std::uint64_t>(x) >> shift_) - first_]; }
  // Neither of what is looked up and the true value exceeds the other by more, relative to it.
  double error() const { return error_; }

 private:
  static constexpr std::uint64_t most_knots = 1 << 20;
  int shift_ = 36;
  std::uint64_t first_ = 0;
  double error_ = 0;
  std::vector<double> values_;
};

}  // namespace flash
