// SHGO's refinement of real variables.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/search/shgo/function.hpp"
#include "flash/sqp/sqp.hpp"

namespace flash::shgo {

// Sequential quadratic programming over the real variables, once for all starts: a refinement allocates
// nothing but what remembering the points takes. The integer variables stay as they are.
class Reals : private sqp::Problem {
 public:
  Reals(Function& function, const Options& options);  // both must outlive this object

  // From x, a snapped point, to one that is better or as good, until function.evaluations() reaches
  // last_evaluation.
  void refine(std::span<double> x, std::uint64_t last_evaluation);

 private:
  bool evaluate(std::span<const double> x, double& objective, std::span<double> constraints) override;

  Function& function_;
  sqp::Tolerances tolerances_;
  sqp::Solver solver_;
  std::vector<double> lower_, upper_;
  std::uint64_t last_evaluation_ = 0;
};

}  // namespace flash::shgo
