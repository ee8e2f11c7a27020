// What a tree-structured Parzen estimator knows of the networks seen: of each variable, the density l of the good
// ones and g of the others, as tpe.cpp tells. Internal to the room.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "flash/search/evaluator.hpp"
#include "parzen.hpp"

namespace flash {

// Where a variable's values lie: categories 0 to bins - 1, or all that is between.
struct Scale {
  bool ordered = true;
  std::size_t bins = 1;
  double range() const { return static_cast<double>(bins - 1); }
  double place(std::int64_t option, std::int64_t options) const {
    if (!ordered) return static_cast<double>(option);
    return range() * static_cast<double>(option) / static_cast<double>(options - 1);
  }
  std::int64_t option(double place, std::int64_t options) const {
    if (!ordered) return std::min(static_cast<std::int64_t>(place), options - 1);
    return std::llround(place / range() * static_cast<double>(options - 1));
  }
  std::size_t bin(double place) const { return static_cast<std::size_t>(std::lround(place)); }
};

struct Trial {
  std::uint64_t number = 0;
  Evaluation worth;
  NetworkId id = 0;
  std::vector<double> places;  // on each variable's scale; absent where it has none
  bool good = false;
  static constexpr double absent = -1;
};

class TrialDensities {
 public:
  explicit TrialDensities(std::vector<Scale> scales);

  std::uint64_t trials() const { return trials_; }
  void learn(Trial seen);
  // Of a variable: of 24 places drawn from l the one with the largest l / g. Densities are worked out once a trial.
  double propose(std::size_t variable, std::int64_t options, Philox& random);

 private:
  // Sums over all trials that are not good, of one variable, at each of its bins: their number, and their numbers.
  struct Sums {
    std::vector<double> plain, by_number;
  };
  template <class Estimator>
  struct Pair {
    Estimator good, other;
    std::vector<double> ratios;  // of each bin; -1 where not worked out yet
    double ratio(std::size_t bin) {
      const auto at = static_cast<Estimator::Value>(bin);
      if (ratios[bin] < 0) ratios[bin] = good(at) / other(at);
      return ratios[bin];
    }
  };
  using Estimate = std::variant<Pair<CategoryEstimator>, Pair<RangeEstimator>>;

  void count(const Trial& trial, double sign);
  std::vector<double> weights(std::size_t variable) const;
  Estimate make_estimate(std::size_t variable) const;

  std::vector<Scale> scales_;
  std::vector<Sums> sums_;
  std::uint64_t trials_ = 0;
  std::vector<std::shared_ptr<Trial>> best_;  // the best first: one more than can be good
  std::deque<std::shared_ptr<Trial>> last_;
  std::vector<std::optional<Estimate>> estimates_;
  std::uint64_t estimated_at_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace flash
