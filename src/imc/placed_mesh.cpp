#include "placed_mesh.hpp"

#include <string>

#include "flash/core/error.hpp"

namespace flash {

Mesh mesh_for(const ImcDesign& design, std::int64_t tiles) {
  const std::int64_t side = design.mesh_side;
  if (side > 0 && tiles > side * side)
    throw Error(ExitCode::bad_job, "imc: a network needs " + std::to_string(tiles) +
                                       " tiles, but noc.mesh_side = " + std::to_string(side) + " holds " +
                                       std::to_string(side * side) +
                                       ": take a larger mesh, or 0 for what it needs");
  return Mesh(tiles, design.mesh_side);
}

NetworkLayout::PartialSums partial_sums(const ImcDesign& design) {
  using enum NetworkLayout::PartialSums;
  return design.partial_sums == "tree" ? tree : chain;
}

Mesh placed_mesh(const ImcDesign& design, const NetworkLayout& layout, Placer placer, Placement& placement) {
  Mesh snake = mesh_for(design, layout.tiles());
  if (placer == Placer::in_order) return snake;
  placement = anneal_placement(snake, pair_volumes(layout), 1);
  return Mesh(snake.side(), placement.spots);
}

}  // namespace flash
