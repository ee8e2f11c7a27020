#include "choice_goal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/search/degree_window.hpp"

namespace flash {
namespace {

constexpr int halvings = 100;  // of a range of scores, to the last bit
constexpr int touches = 30;    // of the range in which a tangent begins to hold

}  // namespace

Goal::Goal(const Evaluator& evaluator) : evaluator_(evaluator), sum_(evaluator.objective().is_sum()) {
  const Objective& objective = evaluator.objective();
  const Constraints& constraints = evaluator.constraints();
  const bool idle = evaluator.degree_is_idle();
  weights_[0] = idle ? 0 : objective.accuracy;
  if (idle) constant_ = std::log(objective.of_accuracy(evaluator.accuracy(evaluator.degree_range().first)));
  if (!idle && (objective.accuracy > 0 || std::isfinite(constraints.accuracy_min)))
    sign_ = evaluator.degree_helps() ? 1 : -1;
  for (const Metric m : evaluator.metrics()) {
    if (!(objective.metric[m] > 0) && !std::isfinite(constraints.metric_max[m])) continue;
    metrics_.push_back(m);
    weights_[metrics_.size()] = objective.metric[m];
  }
  single_ = std::ranges::count_if(weights_, [](double w) { return w > 0; }) <= 1;
  for (std::size_t q = 0; q < size(); ++q)
    if (weights_[q] > 0) only_ = q;
  Values worst{};
  const auto [least, most] = evaluator.degree_range();
  worst[0] = sign_ < 0 ? -most : least;
  for (std::size_t q = 1; q < size(); ++q) worst[q] = evaluator.metric_range(metrics_[q - 1]).second;
  least_ = worth(worst);
  least_ -= rounding_slack * (1 + std::abs(least_));
}

bool Goal::linear() const {
  return single_ || (sum_ && (weights_[0] == 0 || evaluator_.objective().training_free));
}

double Goal::of_score(double score) const {
  if (weights_[0] == 0) return 0;
  const double accuracy = evaluator_.accuracy(sign_ * score);
  return weights_[0] * (sum_ ? accuracy : std::log(accuracy));
}

// Where theta rises its logarithm is concave (the second derivative is negative for b > 0), and so is that of a score;
// theta itself is convex up to a point and concave behind it.
bool Goal::tangents_hold() const {
  return sign_ > 0 && (evaluator_.objective().training_free || evaluator_.models().accuracy->a >= 0);
}

double Goal::slope(double score) const {
  if (evaluator_.objective().training_free) return weights_[0] / (sum_ ? 1 : score);
  const AccuracyModel& model = *evaluator_.models().accuracy;
  const double theta = model(score);
  if (theta >= 1) return 0;  // as far as it goes
  const double of_logarithm = std::max(0.0, 1 - model.a * theta) * model.b / (score * score);
  return weights_[0] * of_logarithm * (sum_ ? theta : 1);
}

// A point near `at` whose tangent lies nowhere below what a score adds, between `low` and `high`; none where the chord
// is the least majorant.
std::optional<double> Goal::touching(double low, double high, double at) const {
  if (!sum_ || evaluator_.objective().training_free || !(low < high)) return at;
  const AccuracyModel& model = *evaluator_.models().accuracy;
  const double start = of_score(low);
  const auto holds = [&](double g) {
    const double theta = model(g);
    const bool concave = theta >= 1 || (1 - 2 * model.a * theta) * model.b <= 2 * g;
    return concave && of_score(g) + slope(g) * (low - g) >= start;
  };
  if (holds(at)) return at;
  if (!holds(high)) return std::nullopt;
  double below = at, holding = high;
  for (int step = 0; step < touches; ++step) {
    const double middle = below + (holding - below) / 2;
    (holds(middle) ? holding : below) = middle;
  }
  return holding;
}

double Goal::worth(const Values& values) const {
  if (single_) return !matters() ? 0 : only_ == 0 ? values[0] : -values[only_];
  double total = constant_ + of_score(values[0]);
  for (std::size_t q = 1; q < size(); ++q)
    if (weights_[q] > 0) total -= weights_[q] * (sum_ ? values[q] : std::log(values[q]));
  return total;
}

double Goal::objective(double worth) const {
  if (!single_) return std::exp(worth) * (1 + rounding_slack * (1 + std::abs(worth)));
  Measurement metrics(1.0);
  const bool of_accuracy = matters() && only_ == 0;
  const double accuracy = evaluator_.accuracy(of_accuracy ? sign_ * worth : evaluator_.degree_range().first);
  if (matters() && only_ > 0) metrics[metrics_[only_ - 1]] = -worth;
  return evaluator_.weigh(worth, accuracy, metrics).objective * (1 + rounding_slack);
}

double Goal::needed(double wanted) const {
  if (!single_) return std::log(wanted) - rounding_slack * (2 + std::abs(std::log(wanted)));
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
  if (single_) {
    if (matters()) m.weight[only_] = only_ == 0 ? 1 : -1;
    return m;
  }
  m.constant = constant_;
  if (weights_[0] > 0) {
    if (tangents_hold()) {
      const auto touch = touching(low[0], high[0], std::clamp(at[0], low[0], high[0]));
      m.weight[0] = touch ? slope(*touch) : (of_score(high[0]) - of_score(low[0])) / (high[0] - low[0]);
      const double through = touch.value_or(low[0]);
      m.constant += of_score(through) - m.weight[0] * through;
    } else {
      m.constant += of_score(high[0]);
    }
  }
  for (std::size_t q = 1; q < size(); ++q) {
    const double w = weights_[q];
    if (w == 0) continue;
    if (sum_) {
      m.weight[q] -= w;
      continue;
    }
    const double slope = high[q] > low[q] ? w * std::log(high[q] / low[q]) / (high[q] - low[q]) : w / low[q];
    m.weight[q] -= slope;
    m.constant += -w * std::log(low[q]) + slope * low[q];
  }
  return m;
}

}  // namespace flash
