#include "flash/imc/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "costs.hpp"
#include "flash/core/error.hpp"

namespace flash {
namespace {

Mesh mesh_for(const ImcDesign& design, std::int64_t tiles) {
  const std::int64_t side = design.mesh_side;
  if (side > 0 && tiles > side * side)
    throw Error(ExitCode::bad_job, "imc: a network needs " + std::to_string(tiles) +
                                       " tiles, but noc.mesh_side = " + std::to_string(side) + " holds " +
                                       std::to_string(side * side) +
                                       ": take a larger mesh, or 0 for what it needs");
  return Mesh(tiles, design.mesh_side);
}

std::int64_t compute_cycles(const ImcDesign& design, std::int64_t positions, std::int64_t copies) {
  const Tiling& tiling = design.tiling;
  const std::int64_t a_read =
      tiling.read_cycles() + std::int64_t{tiling.columns_per_adc} * design.accumulation_cycles;
  return (positions + copies - 1) / copies * tiling.activation_bits * a_read + design.pipeline_cycles;
}

std::int64_t communication_cycles(const ImcDesign& design, const Traffic& traffic) {
  if (traffic.flits == 0) return 0;
  const double busy = std::ceil(static_cast<double>(traffic.most.flits) * cycles_a_flit(design));
  return static_cast<std::int64_t>(busy) + std::int64_t{traffic.longest + 1} * design.router_stages +
         traffic.longest + design.port_cycles;
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
  report.period_ns = period_ns(design);
  report.area = costs.area(mesh);
  report.measurement[Metric::area] = sum(report.area);
  const double side_mm = std::sqrt(report.measurement[Metric::area]);
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
    if (design.duplicate == "tile")
      layer.copies = copies_in_tiles(placed.tiling, placed.convolution, placed.mapping);
    layer.compute_cycles = compute_cycles(design, placed.convolution.positions, layer.copies);
    layer.load_cycles = costs.load_cycles(placed, side_mm);
    layer.communication_cycles = communication_cycles(design, layer.traffic);
    layer.energy = costs.energy(placed, flows, layer.traffic, side_mm);
    layer.energy[static_cast<std::size_t>(EnergyPart::leakage)] =
        costs.leakage_mj(layer.cycles(), layer.tiles, report.tiles);

    report.crossbars += layer.crossbars;
    report.compute_cycles += layer.compute_cycles;
    report.load_cycles += layer.load_cycles;
    report.communication_cycles += layer.communication_cycles;
    for (std::size_t part = 0; part < energy_parts; ++part) report.energy[part] += layer.energy[part];
    weight_cells += placed.mapping.weight_cells;
  }
  report.utilisation = static_cast<double>(weight_cells) /
                       (static_cast<double>(report.tiles) * static_cast<double>(design.tiling.rows()) *
                        static_cast<double>(design.tiling.columns()));
  report.measurement[Metric::latency] =
      costs.milliseconds(report.compute_cycles + report.load_cycles + report.communication_cycles);
  report.measurement[Metric::energy] = sum(report.energy);
  if (report.layers.empty()) return report;
  const auto slowest = std::ranges::max_element(report.layers, {}, &ImcLayer::cycles);
  report.bottleneck = static_cast<std::size_t>(slowest - report.layers.begin());
  report.interval_ms = costs.milliseconds(slowest->cycles());
  return report;
}

}  // namespace flash
