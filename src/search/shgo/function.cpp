#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <stdexcept>
#include <string>

#include "function.hpp"

namespace flash::shgo {
namespace {

constexpr double wide = 1e3;  // bounds, in units of x

constexpr double most_integer = 0x1p53;  // beyond, neighbours are no doubles

[[noreturn]] void refuse(const std::string& message) { throw std::invalid_argument("shgo: " + message); }

std::string text(double value) {
  std::ostringstream out;
  out << std::setprecision(17) << value;
  return out.str();
}

void validate_problem(const Problem& problem) {
  const std::size_t n = problem.lower.size();
  if (!problem.objective) refuse("the problem has no objective");
  if (n == 0) refuse("the problem has no variables");
  if (problem.upper.size() != n)
    refuse("there are " + std::to_string(n) + " lower bounds and " + std::to_string(problem.upper.size()) +
           " upper ones");
  if (!problem.integer.empty() && problem.integer.size() != n)
    refuse("there are " + std::to_string(n) + " variables and " + std::to_string(problem.integer.size()) +
           " integer flags");
  for (std::size_t j = 0; j < n; ++j) {
    const double lower = problem.lower[j], upper = problem.upper[j];
    const auto require = [&](bool condition, const char* what) {
      if (!condition)
        refuse("variable " + std::to_string(j) + " lies between " + text(lower) + " and " + text(upper) +
               ": " + what);
    };
    require(std::isfinite(lower) && std::isfinite(upper), "bounds must be finite");
    require(lower <= upper, "the lower bound must not be above the upper one");
    require(std::isfinite(upper - lower), "their distance must be finite");
    if (problem.integer.empty() || !problem.integer[j]) continue;
    require(std::ceil(lower) <= std::floor(upper), "no integer does");
    require(std::max(-lower, upper) <= most_integer, "integers must lie within 2^53");
  }
  for (std::size_t i = 0; i < problem.inequalities.size(); ++i)
    if (!problem.inequalities[i]) refuse("inequality " + std::to_string(i) + " is empty");
}

}  // namespace

Function::Function(const Problem& problem, const Options& options)
    : problem_(problem),
      options_(options),
      lower_(problem.lower),
      upper_(problem.upper),
      known_(problem.lower.size()) {
  validate_problem(problem);
  for (std::size_t j = 0; j < dimension(); ++j) {
    if (!is_integer(j)) continue;
    lower_[j] = std::ceil(lower_[j]);
    upper_[j] = std::floor(upper_[j]);
  }
}

bool Function::has_room(bool integer) const {
  for (std::size_t j = 0; j < dimension(); ++j)
    if (is_integer(j) == integer && width(j) > 0) return true;
  return false;
}

double Function::reach(std::span<const double> x, std::size_t j) const {
  const double size = std::max(1.0, std::abs(x[j]));
  return !is_integer(j) && width(j) > wide * size ? size : width(j);
}

void Function::snap(std::span<double> x) const {
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (is_integer(j)) x[j] = std::round(x[j]);
    // Adding zero turns -0 into 0: one point, one key.
    x[j] = std::clamp(x[j], lower_[j], upper_[j]) + 0.0;
  }
}

bool Function::exhausted() const {
  return (options_.max_evaluations > 0 && values_.size() >= options_.max_evaluations) ||
         (options_.stop && options_.stop());
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
