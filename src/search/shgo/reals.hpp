// SHGO's refinement of real variables.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/search/sqp/sqp.hpp"
#include "function.hpp"

namespace flash::shgo {

// Sequential quadratic programming over the real variables, once for all starts: a refinement allocates
// nothing but what remembering the points takes. The integer variables stay as they are. Variables whose
// bounds, and objectives whose values are very near each other or very far apart are taken in units of their
// own.
class Reals : private sqp::Problem {
 public:
  Reals(Function& function, const Options& options);  // both must outlive this object

  // From x, a snapped point, to one that is better or as good, until function.evaluations() reaches
  // last_evaluation. By rounds, each with tolerances by its own start's value: later ones follow where the
  // bounds are far away in units of x (these stay near what the one before has found), where the tolerance
  // was too coarse for what was found or the steps too few, and where x was infeasible; and while they help.
  // False where x was infeasible and the last round came to no rest: what was found may be feasible, but
  // need not be a minimum.
  bool refine(std::span<double> x, std::uint64_t last_evaluation);

 private:
  bool wants_central(std::span<const double> x) const;
  bool has_moved(std::span<const double> x) const;
  bool was_coarse(double found) const;
  sqp::Ending solve(std::span<double> x, bool nearby);
  bool evaluate(std::span<const double> x, double& objective, std::span<double> constraints) override;

  Function& function_;
  const Options& options_;
  sqp::Solver solver_;
  sqp::Tolerances tolerances_;         // of the last round
  std::vector<double> lower_, upper_;  // in units, as what the solver sees is
  std::vector<double> units_, scaled_, point_;
  std::vector<double> before_;  // x as the round found it
  double objective_unit_ = 1;
  std::uint64_t last_evaluation_ = 0;
};

}  // namespace flash::shgo
