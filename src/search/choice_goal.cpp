#include "choice_goal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/search/degree_window.hpp"

namespace flash {
namespace {

constexpr int halvings = 100;  // of a range of scores, to the last bit

}  // namespace

Goal::Goal(const Evaluator& evaluator) : evaluator_(evaluator) {
  const Objective& objective = evaluator.objective();
  const Constraints& constraints = evaluator.constraints();
  const bool idle = evaluator.degree_is_idle();
  exponents_[0] = idle ? 0 : objective.accuracy;
  if (!idle && (objective.accuracy > 0 || std::isfinite(constraints.accuracy_min)))
    sign_ = evaluator.degree_helps() ? 1 : -1;
  for (const Metric m : evaluator.metrics()) {
    if (!(objective.metric[m] > 0) && !std::isfinite(constraints.metric_max[m])) continue;
    metrics_.push_back(m);
    exponents_[metrics_.size()] = objective.metric[m];
  }
  const auto factors = std::ranges::count_if(exponents_, [](double e) { return e > 0; });
  linear_ = factors <= 1;
  for (std::size_t q = 0; q < size(); ++q)
    if (exponents_[q] > 0) only_ = q;
  Values worst{};
  const auto [least, most] = evaluator.degree_range();
  worst[0] = sign_ < 0 ? -most : least;
  for (std::size_t q = 1; q < size(); ++q) worst[q] = evaluator.metric_range(metrics_[q - 1]).second;
  least_ = worth(worst);
  least_ -= rounding_slack * (1 + std::abs(least_));
}

double Goal::log_accuracy(double score) const {
  return exponents_[0] == 0 ? 0 : exponents_[0] * std::log(evaluator_.accuracy(sign_ * score));
}

// ln theta is where theta rises (its second derivative is negative for b > 0), and so is the logarithm of a score.
bool Goal::concave() const {
  return sign_ > 0 && (evaluator_.objective().training_free || evaluator_.models().accuracy->a >= 0);
}

double Goal::log_slope(double score) const {
  if (evaluator_.objective().training_free) return exponents_[0] / score;
  const AccuracyModel& model = *evaluator_.models().accuracy;
  return exponents_[0] * std::max(0.0, 1 - model.a * model(score)) * model.b / (score * score);
}

double Goal::worth(const Values& values) const {
  if (linear_) return !matters() ? 0 : only_ == 0 ? values[0] : -values[only_];
  double total = log_accuracy(values[0]);
  for (std::size_t q = 1; q < size(); ++q)
    if (exponents_[q] > 0) total -= exponents_[q] * std::log(values[q]);
  return total;
}

double Goal::objective(double worth) const {
  if (!linear_) return std::exp(worth) * (1 + rounding_slack * (1 + std::abs(worth)));
  Measurement metrics(1.0);
  double accuracy = 1;
  if (exponents_[only_] > 0 && only_ == 0) {
    accuracy = evaluator_.accuracy(sign_ * worth);
  } else if (exponents_[only_] > 0) {
    metrics[metrics_[only_ - 1]] = -worth;
  } else {
    accuracy = evaluator_.accuracy(evaluator_.degree_range().first);
  }
  return evaluator_.weigh(worth, accuracy, metrics).objective * (1 + rounding_slack);
}

double Goal::needed(double wanted) const {
  if (!linear_) return std::log(wanted) - rounding_slack * (2 + std::abs(std::log(wanted)));
  if (!matters()) return least_;
  const auto [least, most] =
      only_ == 0 ? evaluator_.degree_range() : evaluator_.metric_range(metrics_[only_ - 1]);
  const bool falls = only_ > 0 || sign_ < 0;
  double low = falls ? -most : least, high = falls ? -least : most;
  if (objective(low) >= wanted) return least_;
  for (int step = 0; step < halvings; ++step) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (objective(middle) < wanted ? low : high) = middle;
  }
  return low;
}

Values Goal::limits(double violation) const {
  Values limits;
  limits.fill(unbounded);
  limits[0] = -unbounded;
  const Constraints& constraints = evaluator_.constraints();
  const auto beyond = [violation](double bound) {
    return violation == 0 ? 0 : violation * (1 + rounding_slack) * (bound == 0 ? 1 : std::abs(bound));
  };
  if (sign_ != 0 && std::isfinite(constraints.accuracy_min)) {
    const DegreeWindow window =
        degree_window(evaluator_, constraints.accuracy_min - beyond(constraints.accuracy_min));
    limits[0] = sign_ > 0 ? window.maybe_low : -window.maybe_high;
  }
  for (std::size_t q = 1; q < size(); ++q) {
    const double bound = constraints.metric_max[metrics_[q - 1]];
    if (std::isfinite(bound)) limits[q] = bound + beyond(bound);
  }
  return limits;
}

Majorant Goal::majorant(const Values& low, const Values& high, const Values& at) const {
  Majorant m;
  if (linear_) {
    if (exponents_[only_] > 0) m.weight[only_] = only_ == 0 ? 1 : -1;
    return m;
  }
  if (exponents_[0] > 0) {
    if (concave() && high[0] > low[0]) {
      const double a = std::clamp(at[0], low[0], high[0]);
      m.weight[0] = log_slope(a);
      m.constant += log_accuracy(a) - m.weight[0] * a;
    } else {
      m.constant += log_accuracy(high[0]);
    }
  }
  for (std::size_t q = 1; q < size(); ++q) {
    const double e = exponents_[q];
    if (e == 0) continue;
    const double slope = high[q] > low[q] ? e * std::log(high[q] / low[q]) / (high[q] - low[q]) : e / low[q];
    m.weight[q] -= slope;
    m.constant += -e * std::log(low[q]) + slope * low[q];
  }
  return m;
}

}  // namespace flash
