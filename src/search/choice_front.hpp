// Exact Pareto fronts of spaces of many choices. Internal to the room.
#pragma once

#include <functional>
#include <vector>

#include "flash/search/pareto.hpp"

namespace flash {

// As pareto_front, of which it is the part for such spaces: slot by slot, of all that the slots so far may add up to
// what nothing else meets in all that counts (G. L. Nemhauser, Z. Ullmann, Management Science 15, 1969). Strata that go
// on alike are one from there on. Sums are exact, so that the order of slots changes nothing. Of equals one stands for
// all, not always that of the lowest number. Where it is stopped, there are no points.
ParetoFront choice_front(const Evaluator& evaluator, const std::vector<Metric>& metrics,
                         const std::function<bool()>& stop, const ParetoLimits& limits);

}  // namespace flash
