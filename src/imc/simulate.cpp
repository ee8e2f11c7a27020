#include "flash/imc/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "costs.hpp"
#include "flash/imc/balance.hpp"
#include "flash/imc/contention.hpp"
#include "placed_mesh.hpp"

namespace flash {
namespace {

double sum(const auto& parts) { return std::accumulate(parts.begin(), parts.end(), 0.0); }

}  // namespace

ImcReport simulate(const ImcDesign& design, const Space& space, const Point& point, std::uint64_t seed,
                   const ImcOptions& options) {
  return simulate(design, space.lower(point, seed), {}, options);
}

ImcReport simulate(const ImcDesign& design, NetworkGraph graph, std::span<const LayerForm> forms,
                   const ImcOptions& options) {
  if (design.duplicate != "balance") return simulate_copies(design, std::move(graph), forms, options, {});
  const Balance balance = balanced(design, graph, forms);
  ImcReport report = simulate_copies(design, std::move(graph), forms, options, balance.copies);
  report.over_limit = balance.over_limit;
  return report;
}

ImcReport simulate_copies(const ImcDesign& design, NetworkGraph graph, std::span<const LayerForm> forms,
                          const ImcOptions& options, std::span<const std::int64_t> copies) {
  const NetworkLayout layout(design.tiling, std::move(graph), forms, partial_sums(design), copies);
  ImcReport report;
  report.options = options;
  const Mesh mesh = placed_mesh(design, layout, options.placer, report.placement);
  const ImcCosts costs(design);
  LinkCounter counter(mesh, design.multicast);
  LayerFlows flows;
  report.tiles = layout.tiles();
  report.mesh_side = mesh.side();
  report.period_ns = period_ns(design);
  report.leakage_mw = costs.leakage_mw(report.tiles, report.tiles);
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
    layer.whole_copies = placed.copies;
    layer.tiles = placed.all_tiles();
    layer.crossbars = placed.copies * placed.mapping.crossbars;
    layer.utilisation = placed.mapping.utilisation(design.tiling);
    layer.traffic = counter.count(flows.flows);
    if (design.duplicate != "none")
      layer.copies = copies_in_tiles(placed.tiling, placed.convolution, placed.mapping);
    layer.compute_cycles = costs.compute_cycles(placed, layer.copies);
    layer.load_cycles = costs.load_cycles(placed, side_mm);
    layer.communication_cycles = options.exact_network ? exact_communication_cycles(design, mesh, flows.flows)
                                                       : communication_cycles(design, layer.traffic);
    layer.energy = costs.energy(placed, flows, layer.traffic, side_mm);
    layer.energy[static_cast<std::size_t>(EnergyPart::leakage)] =
        costs.leakage_mj(layer.cycles(), layer.tiles, report.tiles);

    report.crossbars += layer.crossbars;
    report.compute_cycles += layer.compute_cycles;
    report.load_cycles += layer.load_cycles;
    report.communication_cycles += layer.communication_cycles;
    for (std::size_t part = 0; part < energy_parts; ++part) report.energy[part] += layer.energy[part];
    weight_cells += placed.copies * placed.mapping.weight_cells;
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

std::vector<std::int64_t> whole_copies(const ImcReport& report) {
  std::vector<std::int64_t> copies;
  for (const ImcLayer& layer : report.layers) copies.push_back(layer.whole_copies);
  if (std::ranges::all_of(copies, [](std::int64_t count) { return count == 1; })) copies.clear();
  return copies;
}

}  // namespace flash
