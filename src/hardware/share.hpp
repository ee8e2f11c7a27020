// A cell's share of a feature from its costs; internal to the room.
#pragma once

#include <string_view>

#include "flash/topology/costs.hpp"

namespace flash {

// `costs` are those of `cell`, one of `cells`. Throws Error bad_data where there is no such feature.
double share(const Costs& costs, int cell, std::size_t cells, std::string_view feature);

}  // namespace flash
