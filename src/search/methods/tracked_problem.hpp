// A search of the space put as a problem for SHGO. Internal to the room.
#pragma once

#include <functional>

#include "coordinates.hpp"
#include "flash/search/shgo/shgo.hpp"

namespace flash {

struct StratumPoint {
  const Stratum* stratum;
  Options options;
};

// minimise -f subject to -violation >= 0 over integers between 0 and `last`; `place` says where a point lies.
// Past the tracker's cap points count as infeasible.
shgo::Problem tracked_problem(Tracker& tracker, std::vector<double> last,
                              std::function<StratumPoint(std::span<const double>)> place);

// Stops with the tracker; an integer problem needs no slack in its constraint.
shgo::Options tracked_options(Tracker& tracker, int points, int max_minimisers);

// The evaluation of a point, or nullptr where it is new and the tracker is exhausted.
const Evaluation* try_evaluate(Tracker& tracker, const Stratum& stratum, const Options& options);

}  // namespace flash
