// What `flash sweep` prints of histograms and Pareto fronts.
#pragma once

#include "flash/stage/landscape.hpp"

namespace flash {

// Keys `histograms` and `pareto`, as far as there are any.
void add_landscape(const Landscape& landscape, Json& json);
std::string landscape_text(const Landscape& landscape,
                           const Objective& objective);  // a line each; "" for none

}  // namespace flash
