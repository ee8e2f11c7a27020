// SHGO's refinement of real variables, in a library of its own: it alone needs NLopt.
#pragma once

#include <cstdint>
#include <vector>

#include "flash/search/shgo.hpp"

namespace flash::shgo {

// For Options::reals: sequential quadratic programming (D. Kraft's SLSQP, NLopt) on forward differences, and
// COBYLA (M. J. D. Powell) where that fails.
std::vector<double> slsqp(Function& function, std::vector<double> start, double tolerance,
                          std::uint64_t last_evaluation);

}  // namespace flash::shgo
