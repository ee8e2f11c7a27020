// A first look at a block of the sweep. Internal to the room.
#pragma once

#include "flash/search/exhaustive.hpp"

namespace flash {

// A value that the K-th best feasible configuration of the block is not below: the K-th best of a few thousand evenly
// spread ones and of those around the best of them, or in spaces of many choices around the best that is found from
// there; 0 where they are too few. The sweep then decides exactly only what reaches it.
double pilot_objective(const Evaluator& evaluator, IdRange block, std::size_t top_k);

}  // namespace flash
