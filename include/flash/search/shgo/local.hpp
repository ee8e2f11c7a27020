// SHGO's local refinements.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/search/shgo/function.hpp"

namespace flash::shgo {

// From a snapped start to a local minimum nearby: real variables by Options::reals, integer ones on their
// lattice, a problem with both by turns until neither helps. Uses at most `evaluations` new evaluations.
std::vector<double> refine(Function& function, const Options& options, std::span<const double> start,
                           std::uint64_t evaluations);

// The integer variables alone: a compass search whose steps double while they help and halve when none does,
// moving one variable or two at a time, so that it can follow the edge of the feasible region. Ends where no
// neighbour at distance one, pairs included, is better. The real variables stay as they are.
std::vector<double> refine_integers(Function& function, std::vector<double> start,
                                    std::uint64_t last_evaluation);

}  // namespace flash::shgo
