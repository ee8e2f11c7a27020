#include "flash/search/shgo/reals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash::shgo {

Reals::Reals(Function& function, const Options& options)
    : function_(function),
      tolerances_{.relative = options.tolerance, .feasibility = options.feasibility},
      solver_(function.dimension(), function.problem().inequalities.size()),
      lower_(function.dimension()),
      upper_(function.dimension()) {}

void Reals::refine(std::span<double> x, std::uint64_t last_evaluation) {
  for (std::size_t j = 0; j < x.size(); ++j) {
    const bool stays = function_.is_integer(j);
    lower_[j] = stays ? x[j] : function_.lower(j);
    upper_[j] = stays ? x[j] : function_.upper(j);
  }
  last_evaluation_ = last_evaluation;
  // Towards zero no relative tolerance is ever met. The values all over the box say little of those around
  // a minimum that is narrow in it; the start's does.
  const double start = std::abs(function_.judge(x).objective);
  const double spread = function_.spread();  // 0 where too little is feasible to tell
  tolerances_.spread = spread > 0 ? spread : std::numeric_limits<double>::infinity();
  tolerances_.objective = 1e-4 * tolerances_.relative * std::min(spread, 1e3 * start);
  solver_.minimise(*this, x, lower_, upper_, tolerances_);
}

bool Reals::evaluate(std::span<const double> x, double& objective, std::span<double> constraints) {
  if (function_.exhausted() || function_.evaluations() >= last_evaluation_) return false;
  objective = function_.objective(x);
  for (std::size_t i = 0; i < constraints.size(); ++i) constraints[i] = function_.inequality(i, x);
  return true;
}

}  // namespace flash::shgo
