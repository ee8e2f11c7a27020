// Good configurations near one that prices have chosen. Internal to the room.
#pragma once

#include <vector>

#include "choice_knapsack.hpp"

namespace flash {

// Mends what lies beyond a limit by the exchanges that cost least, then takes the best exchange of one slot's option,
// or of two slots' where no single one helps, until none does. Limits as Goal::limits has them. False where it found
// nothing within them; else `options` are.
bool repair(const Goal& goal, const Knapsack& knapsack, const Values& limits,
            std::vector<std::int64_t>& options);

}  // namespace flash
