#include "flash/imc/chip_map.hpp"

#include <map>
#include <tuple>
#include <utility>

#include "placed_mesh.hpp"

namespace flash {

Json chip_map(const ImcDesign& design, NetworkGraph graph, const ImcReport& report,
              std::span<const LayerForm> forms) {
  const NetworkLayout layout(design.tiling, std::move(graph), forms, partial_sums(design));
  Placement none;
  const Mesh mesh = report.placement.spots.empty() ? placed_mesh(design, layout, Placer::in_order, none)
                                                   : Mesh(report.mesh_side, report.placement.spots);
  Json tiles = Json::array();
  std::map<std::tuple<int, int, Direction>, std::int64_t> links;
  LinkCounter counter(mesh, design.multicast);
  LayerFlows flows;
  for (std::size_t i = 0; i < layout.convolutions().size(); ++i) {
    const PlacedConvolution& placed = layout.convolutions()[i];
    for (int tile = placed.first_tile; tile < placed.first_tile + static_cast<int>(placed.mapping.tiles);
         ++tile)
      tiles.push_back({{"x", mesh.place(tile).x},
                       {"y", mesh.place(tile).y},
                       {"cell", placed.cell},
                       {"index", placed.index},
                       {"part", placed.part}});
    layout.flows_into(i, flows);
    for (const LinkLoad& load : counter.loads(flows.flows))
      links[{load.at.y, load.at.x, load.direction}] += load.flits;
  }
  Json json{{"side", mesh.side()}, {"tiles", std::move(tiles)}, {"links", Json::array()}};
  for (const auto& [link, flits] : links)
    json["links"].push_back({{"x", std::get<1>(link)},
                             {"y", std::get<0>(link)},
                             {"direction", std::string(name(std::get<2>(link)))},
                             {"flits", flits}});
  return json;
}

}  // namespace flash
