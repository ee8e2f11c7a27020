// Where a network's tiles stand and what the links carry, for drawings of the chip.
#pragma once

#include <span>

#include "flash/core/json.hpp"
#include "flash/imc/simulate.hpp"

namespace flash {

// {"side", "tiles": [{"x", "y", "cell", "index", "part"}, ...], "links": [{"x", "y", "direction", "flits"}, ...]}
// Tiles in the order of the layers; of links those that carry flits, summed over all layers, in the order of
// their places. `report`: of the same arguments. Throws what simulate throws.
Json chip_map(const ImcDesign& design, NetworkGraph graph, const ImcReport& report,
              std::span<const LayerForm> forms = {});

}  // namespace flash
