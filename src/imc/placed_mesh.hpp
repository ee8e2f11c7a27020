// The mesh of a design with a network's tiles on it; internal to the room.
#pragma once

#include "flash/imc/design.hpp"
#include "flash/imc/placement.hpp"

namespace flash {

NetworkLayout::PartialSums partial_sums(const ImcDesign& design);

// Throws Error bad_job where the design's mesh is too small. In order, nothing is counted but spots.
Mesh placed_mesh(const ImcDesign& design, const NetworkLayout& layout, Placer placer, Placement& placement);

}  // namespace flash
