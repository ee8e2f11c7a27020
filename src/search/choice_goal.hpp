// What a search of choices looks at, as numbers that add up over slots. Internal to the room.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

// [0] the score that accuracy rests on, its sign such that more of it is never worse; [1 + i] the i-th metric
// that matters: with an exponent, a weight or a ceiling.
inline constexpr std::size_t most_quantities = 1 + most_metrics;
using Values = std::array<double, most_quantities>;
inline constexpr double unbounded = std::numeric_limits<double>::infinity();

// constant + the sum of weight * value, nowhere below what it stands for. weight[0] >= 0, the others <= 0.
struct Majorant {
  double constant = 0;
  Values weight{};
};

// An objective by its worth, a number that rises with it and that is easy to bound. Where it is made of one quantity
// alone (accuracy, or a metric), that quantity itself; else the logarithm of the objective, of a sum the sum.
class Goal {
 public:
  explicit Goal(const Evaluator& evaluator);

  std::size_t size() const { return 1 + metrics_.size(); }  // quantities
  const std::vector<Metric>& metrics() const { return metrics_; }
  const Term& term(const StratumTables& tables, std::size_t quantity) const {
    return quantity == 0 ? tables.degree : tables.metric[metrics_[quantity - 1]];
  }
  double sign() const { return sign_; }  // of the score: 1, -1, or 0 where it does not matter
  bool linear() const;                   // the worth is linear in all quantities
  // The worth falls with this many times the logarithm of a metric; 0 where it is linear in it.
  double exponent(std::size_t quantity) const { return single_ || sum_ ? 0 : weights_[quantity]; }

  double worth(const Values& values) const;
  // No configuration that is worth less has an objective as high, whatever the rounding.
  double needed(double objective) const;
  double objective(double worth) const;    // of the best configuration that is worth so much, or a hair more
  double least() const { return least_; }  // no configuration is worth less
  bool matters() const { return weights_[only_] > 0; }  // else all are worth the same

  // What is worth looking at where a configuration may miss its bounds by so much, relative: the least score, in
  // [0], and the most of each metric.
  Values limits(double violation) const;

  // Holds for all values between two; its best fit is near `at`.
  Majorant majorant(const Values& low, const Values& high, const Values& at) const;

 private:
  double of_score(double score) const;  // what it adds to a worth
  double slope(double score) const;     // its derivative, where tangents_hold
  bool tangents_hold() const;
  std::optional<double> touching(double low, double high, double at) const;

  const Evaluator& evaluator_;
  std::vector<Metric> metrics_;
  double sign_ = 0;
  const bool sum_;
  Values weights_{};      // or exponents
  bool single_ = true;    // the worth is one of the quantities, or nothing
  std::size_t only_ = 0;  // the quantity that it then is; else one that has a weight
  double constant_ = 0;   // of a worth: what accuracy adds where it is the same for all
  double least_ = 0;
};

}  // namespace flash
