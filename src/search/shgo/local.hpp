// SHGO's local refinements.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "function.hpp"
#include "reals.hpp"

namespace flash::shgo {

// From a snapped start to a local minimum nearby: real variables by sequential quadratic programming, integer
// ones on their lattice, a problem with both by turns until neither helps.
class Refinement {
 public:
  Refinement(Function& function, const Options& options);  // both must outlive this object

  // Uses at most `evaluations` new evaluations.
  std::vector<double> operator()(std::vector<double> start, std::uint64_t evaluations);
  // False where the last one started at an infeasible point and came to no rest (Reals::refine).
  bool is_minimum() const { return is_minimum_; }

 private:
  Function& function_;
  bool integers_;
  bool is_minimum_ = true;
  std::optional<Reals> reals_;  // where a real variable has room
};

// The integer variables alone: a compass search whose steps double while they help and halve when none does,
// moving one variable or two at a time, so that it can follow the edge of the feasible region. Ends where no
// neighbour at distance one, pairs included, is better. The real variables stay as they are.
std::vector<double> refine_integers(Function& function, std::vector<double> start,
                                    std::uint64_t last_evaluation);

}  // namespace flash::shgo
