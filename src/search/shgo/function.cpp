#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "function.hpp"

namespace flash::shgo {
namespace {

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(std::string("shgo: ") + message);
}

void validate(const Problem& problem) {
  const std::size_t n = problem.lower.size();
  require(static_cast<bool>(problem.objective), "the problem has no objective");
  require(n > 0, "the problem has no variables");
  require(problem.upper.size() == n, "lower and upper bounds differ in number");
  require(problem.integer.empty() || problem.integer.size() == n,
          "integer flags and bounds differ in number");
  for (std::size_t j = 0; j < n; ++j) {
    require(std::isfinite(problem.lower[j]) && std::isfinite(problem.upper[j]), "a bound is not finite");
    require(problem.lower[j] <= problem.upper[j], "a lower bound is above its upper bound");
  }
  for (const auto& inequality : problem.inequalities)
    require(static_cast<bool>(inequality), "an inequality is empty");
}

}  // namespace

Function::Function(const Problem& problem, const Options& options)
    : problem_(problem),
      options_(options),
      lower_(problem.lower),
      upper_(problem.upper),
      known_(problem.lower.size()) {
  validate(problem);
  for (std::size_t j = 0; j < dimension(); ++j) {
    if (!is_integer(j)) continue;
    lower_[j] = std::ceil(lower_[j]);
    upper_[j] = std::floor(upper_[j]);
    require(lower_[j] <= upper_[j], "no integer lies between the bounds of an integer variable");
  }
}

bool Function::has_room(bool integer) const {
  for (std::size_t j = 0; j < dimension(); ++j)
    if (is_integer(j) == integer && width(j) > 0) return true;
  return false;
}

void Function::snap(std::span<double> x) const {
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (is_integer(j)) x[j] = std::round(x[j]);
    // Adding zero turns -0 into 0: one point, one key.
    x[j] = std::clamp(x[j], lower_[j], upper_[j]) + 0.0;
  }
}

bool Function::exhausted() const {
  return (options_.max_evaluations > 0 && values_.size() >= options_.max_evaluations) || options_.stop();
}

double Function::objective(std::span<const double> x) {
  const PointSet::Place place = known_.find(x);
  if (place.known()) return values_[place.index];
  if (exhausted()) return std::numeric_limits<double>::infinity();
  double value = problem_.objective(x);
  if (!std::isfinite(value)) {
    value = std::numeric_limits<double>::infinity();
  } else {
    least_ = std::min(least_, value);
    most_ = std::max(most_, value);
  }
  known_.insert(place, x);
  values_.push_back(value);
  return value;
}

double Function::inequality(std::size_t i, std::span<const double> x) const {
  const double value = problem_.inequalities[i](x);
  return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
}

Value Function::judge(std::span<const double> x) {
  Value value;
  value.violation = 0;
  for (std::size_t i = 0; i < problem_.inequalities.size(); ++i) {
    const double shortfall = -inequality(i, x);
    if (shortfall > options_.feasibility) value.violation += shortfall;
  }
  if (value.feasible()) value.objective = objective(x);
  return value;
}

}  // namespace flash::shgo
