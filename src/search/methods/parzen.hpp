// Parzen estimators of one variable, as Optuna's univariate ones: the prior weighs as one observation, no kernel is
// narrower than a hundredth of the range or, of few observations n, than its (n + 1)th part. Internal to the
// room.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flash/core/random.hpp"

namespace flash {

// Of a variable whose values have no order, from the weight of what was observed of each. Unnormalised: two
// estimators of one variable are compared by ratios alone.
class CategoryEstimator {
 public:
  using Value = std::size_t;
  // `observations` is how many there were, whatever they weigh.
  CategoryEstimator(std::span<const double> weights, double observations);
  double operator()(std::size_t category) const { return density_[category]; }
  std::size_t sample(Philox& random) const;

 private:
  std::vector<double> density_;
  double total_ = 0;
};

// Of a variable on [0, range], in steps of 1: an observation's kernel is a normal distribution as wide as the way
// to the farther of its neighbours, cut off half a step beyond the ends. Unnormalised.
class RangeEstimator {
 public:
  using Value = double;
  struct Observed {
    double at = 0;
    double weight = 1;
    double count = 1;  // observations that lie there
  };
  // Ascending, each place once.
  RangeEstimator(double range, std::span<const Observed> observed);
  // Of what lies within half a step.
  double operator()(double at) const;
  double sample(Philox& random) const;

 private:
  struct Kernel {
    double at, width, weight, density;  // density: weight over the part of the kernel within the ends
  };
  void add(double at, double width, double weight);

  double range_;
  std::vector<Kernel> kernels_;
  double total_ = 0;
};

}  // namespace flash
