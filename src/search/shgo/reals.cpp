#include "reals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash::shgo {
namespace {

constexpr int most_rounds = 60;       // one may double x: from 1 to the end of 64 bits
constexpr double least_usual = 1e-2;  // sizes that are left as they are
constexpr double most_usual = 1e4;
constexpr double far_away = 10;  // from 0, in units of the width
constexpr double coarse = 1e3;   // a tolerance, relative to the one asked for

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
      point_(function.dimension()),
      before_(function.dimension()) {}

bool Reals::refine(std::span<double> x, std::uint64_t last_evaluation) {
  last_evaluation_ = last_evaluation;
  const bool is_thin = !function_.judge(x).feasible();
  bool converged = false, near = false;
  for (int round = 0; round < most_rounds; ++round) {
    const Value before = function_.judge(x);
    std::ranges::copy(x, before_.begin());
    tolerances_.central = wants_central(x) || (round > 0 && (near || !is_thin));
    const sqp::Ending ending = solve(x, round > 0);
    near = false;
    for (std::size_t j = 0; j < x.size(); ++j) near = near || function_.reach(x, j) < function_.width(j);
    const Value after = function_.judge(x);
    const bool is_done = ending != sqp::Ending::unfinished && !was_coarse(after.objective);
    if (is_done && !near && !is_thin) return true;
    const bool gained =
        before.feasible() && after.feasible()
            ? before.objective - after.objective > options_.tolerance * std::abs(after.objective)
            : after < before;
    converged = ending == sqp::Ending::converged || (converged && !gained);
    if (round > 0 && !(gained && has_moved(x))) break;
  }
  return !is_thin || converged;
}

// Towards zero every gain is large in relative terms: it counts while x moves by more than the tolerance too.
bool Reals::has_moved(std::span<const double> x) const {
  for (std::size_t j = 0; j < x.size(); ++j)
    if (std::abs(x[j] - before_[j]) > options_.tolerance * function_.reach(x, j)) return true;
  return false;
}

// Whether forward differences may be too inexact to get near a minimum: steps relative to x are long where x
// is large, and those relative to the width where that is.
bool Reals::wants_central(std::span<const double> x) const {
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double width = function_.is_integer(j) ? 0 : function_.width(j);
    if (width > most_usual || (width > 0 && std::abs(x[j]) > far_away * width)) return true;
  }
  return false;
}

// Whether what the last round took for too small a gain, by its start's value, is much by what it has found.
bool Reals::was_coarse(double found) const {
  return tolerances_.objective * objective_unit_ >
         coarse * options_.tolerance * std::max(1.0, std::abs(found));
}

sqp::Ending Reals::solve(std::span<double> x, bool nearby) {
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double far = function_.is_integer(j) ? 0 : nearby ? function_.reach(x, j) : function_.width(j);
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
  tolerances_.relative = options_.tolerance;
  tolerances_.feasibility = options_.feasibility;
  tolerances_.spread = spread > 0 ? spread / objective_unit_ : std::numeric_limits<double>::infinity();
  tolerances_.objective = 1e-4 * options_.tolerance * std::min(spread, 1e3 * start) / objective_unit_;
  const sqp::Ending ending = solver_.minimise(*this, scaled_, lower_, upper_, tolerances_);
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
