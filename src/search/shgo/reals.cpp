#include "reals.hpp"

#include <algorithm>
#include <cmath>

namespace flash::shgo {
namespace {

constexpr int most_rounds = 6;
constexpr double least_usual = 1e-2;  // sizes that are left as they are
constexpr double most_usual = 1e4;
constexpr double wide = 1e3;  // a box, in units of x

// A power of two, by which numbers of that size can be divided without rounding.
double unit(double size) {
  const bool usual = !(size > 0) || (size >= least_usual && size <= most_usual);
  return usual ? 1 : std::exp2(std::floor(std::log2(size)));
}

}  // namespace

Reals::Reals(Function& function, const Options& options)
    : function_(function),
      options_(options),
      solver_(function.dimension(), function.problem().inequalities.size()),
      lower_(function.dimension()),
      upper_(function.dimension()),
      units_(function.dimension()),
      scaled_(function.dimension()),
      point_(function.dimension()) {}

bool Reals::refine(std::span<double> x, std::uint64_t last_evaluation) {
  last_evaluation_ = last_evaluation;
  const bool is_thin = !function_.judge(x).feasible();
  bool converged = false;
  for (int round = 0; round < most_rounds; ++round) {
    const Value before = function_.judge(x);
    const bool ended = solve(x, round > 0) == sqp::Ending::converged;
    bool near = false;
    for (std::size_t j = 0; j < x.size(); ++j) near = near || reach(x, j) < function_.width(j);
    if (!near && !is_thin) return true;
    const Value after = function_.judge(x);
    const bool gained =
        before.feasible() && after.feasible()
            ? before.objective - after.objective > options_.tolerance * std::abs(after.objective)
            : after < before;
    converged = ended || (converged && !gained);
    if (round > 0 && !gained) break;
  }
  return !is_thin || converged;
}

// How far from x a minimum may be that the first round has missed for its differences over long steps.
double Reals::reach(std::span<const double> x, std::size_t j) const {
  const double size = std::max(1.0, std::abs(x[j])), width = function_.width(j);
  return !function_.is_integer(j) && width > wide * size ? size : width;
}

sqp::Ending Reals::solve(std::span<double> x, bool nearby) {
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double far = function_.is_integer(j) ? 0 : nearby ? reach(x, j) : function_.width(j);
    const double lower = std::max(function_.lower(j), x[j] - far),
                 upper = std::min(function_.upper(j), x[j] + far);
    units_[j] = unit(upper - lower);
    lower_[j] = lower / units_[j];
    upper_[j] = upper / units_[j];
    scaled_[j] = x[j] / units_[j];
  }
  // Towards zero no relative tolerance is ever met. The values all over the box say little of those around
  // a minimum that is narrow in it; the start's does.
  const double start = std::abs(function_.judge(x).objective);
  const double spread = function_.spread();  // 0 where too little is feasible to tell
  objective_unit_ = unit(std::min(spread, 1.0));
  sqp::Tolerances tolerances{.relative = options_.tolerance, .feasibility = options_.feasibility};
  if (spread > 0) tolerances.spread = spread / objective_unit_;
  tolerances.objective = 1e-4 * options_.tolerance * std::min(spread, 1e3 * start) / objective_unit_;
  const sqp::Ending ending = solver_.minimise(*this, scaled_, lower_, upper_, tolerances);
  for (std::size_t j = 0; j < x.size(); ++j) x[j] = scaled_[j] * units_[j];
  return ending;
}

bool Reals::evaluate(std::span<const double> x, double& objective, std::span<double> constraints) {
  if (function_.exhausted() || function_.evaluations() >= last_evaluation_) return false;
  for (std::size_t j = 0; j < x.size(); ++j) point_[j] = x[j] * units_[j];
  objective = function_.objective(point_) / objective_unit_;
  for (std::size_t i = 0; i < constraints.size(); ++i) constraints[i] = function_.inequality(i, point_);
  return true;
}

}  // namespace flash::shgo
