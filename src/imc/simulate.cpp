#include "flash/imc/simulate.hpp"

#include <numeric>
#include <utility>

#include "costs.hpp"
#include "flash/imc/communication.hpp"

namespace flash {
namespace {

std::int64_t compute_cycles(const ImcDesign& design, const Convolution& convolution) {
  return convolution.positions * design.tiling.activation_bits * design.tiling.read_cycles() +
         design.pipeline_cycles;
}

double sum(const auto& parts) { return std::accumulate(parts.begin(), parts.end(), 0.0); }

}  // namespace

ImcReport simulate(const ImcDesign& design, const Space& space, const Point& point, std::uint64_t seed) {
  return simulate(design, space.lower(point, seed));
}

ImcReport simulate(const ImcDesign& design, NetworkGraph graph, std::span<const LayerForm> forms) {
  const NetworkLayout layout(design.tiling, std::move(graph), forms);
  const Mesh mesh = mesh_for(design, layout.tiles());
  const ImcCosts costs(design);
  LinkCounter counter(mesh);
  LayerFlows flows;
  ImcReport report;
  report.tiles = layout.tiles();
  report.mesh_side = mesh.side();
  std::int64_t weight_cells = 0;
  for (std::size_t i = 0; i < layout.convolutions().size(); ++i) {
    const PlacedConvolution& placed = layout.convolutions()[i];
    layout.flows_into(i, flows);
    ImcLayer& layer = report.layers.emplace_back();
    layer.cell = static_cast<int>(placed.cell);
    layer.index = placed.index;
    layer.part = placed.part;
    layer.tiles = placed.mapping.tiles;
    layer.crossbars = placed.mapping.crossbars;
    layer.utilisation = placed.mapping.utilisation(design.tiling);
    layer.traffic = counter.count(flows.flows);
    layer.compute_cycles = compute_cycles(design, placed.convolution);
    layer.communication_cycles = communication_cycles(design, layer.traffic);
    layer.energy = costs.energy(placed, flows, layer.traffic);
    layer.energy[static_cast<std::size_t>(EnergyPart::leakage)] =
        costs.leakage_mj(layer.cycles(), layer.tiles, report.tiles);

    report.crossbars += layer.crossbars;
    report.compute_cycles += layer.compute_cycles;
    report.communication_cycles += layer.communication_cycles;
    for (std::size_t part = 0; part < energy_parts; ++part) report.energy[part] += layer.energy[part];
    weight_cells += placed.mapping.weight_cells;
  }
  report.utilisation = static_cast<double>(weight_cells) /
                       (static_cast<double>(report.tiles) * static_cast<double>(design.tiling.rows()) *
                        static_cast<double>(design.tiling.columns()));
  report.area = costs.area(mesh);
  report.measurement[Metric::latency] =
      costs.milliseconds(report.compute_cycles + report.communication_cycles);
  report.measurement[Metric::energy] = sum(report.energy);
  report.measurement[Metric::area] = sum(report.area);
  return report;
}

}  // namespace flash
