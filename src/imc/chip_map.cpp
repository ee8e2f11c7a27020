#include "flash/imc/chip_map.hpp"

#include <utility>

#include "chip_drawing.hpp"
#include "placed_mesh.hpp"

namespace flash {

Json chip_map(const ImcDesign& design, NetworkGraph graph, const ImcReport& report,
              std::span<const LayerForm> forms) {
  const NetworkLayout layout(design.tiling, std::move(graph), forms, partial_sums(design),
                             whole_copies(report));
  Placement none;
  const Mesh mesh = report.placement.spots.empty() ? placed_mesh(design, layout, Placer::in_order, none)
                                                   : Mesh(report.mesh_side, report.placement.spots);
  ChipDrawing drawing(mesh, design.multicast);
  LayerFlows flows;
  for (std::size_t i = 0; i < layout.convolutions().size(); ++i) {
    const PlacedConvolution& placed = layout.convolutions()[i];
    for (int tile = placed.first_tile; tile < placed.first_tile + static_cast<int>(placed.all_tiles());
         ++tile)
      drawing.tile(tile, {placed.cell, placed.index, placed.part});
    layout.flows_into(i, flows);
    drawing.carry(flows.flows);
  }
  return drawing.json();
}

}  // namespace flash
