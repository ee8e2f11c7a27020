// The mesh of a design with a network's tiles on it; internal to the room.
#pragma once

#include "flash/imc/design.hpp"
#include "flash/imc/placement.hpp"

namespace flash {

NetworkLayout::PartialSums partial_sums(const ImcDesign& design);

// In order. As many places as noc.mesh_side says, or as are needed. Throws Error bad_job where the tiles do not fit.
Mesh mesh_for(const ImcDesign& design, std::int64_t tiles);

// Throws as mesh_for. In order, nothing is counted but spots.
Mesh placed_mesh(const ImcDesign& design, const NetworkLayout& layout, Placer placer, Placement& placement);

}  // namespace flash
