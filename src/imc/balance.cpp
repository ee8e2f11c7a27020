#include "flash/imc/balance.hpp"

#include <limits>
#include <numeric>

#include "costs.hpp"
#include "placed_mesh.hpp"

namespace flash {
namespace {

double area_of(const ImcDesign& design, std::int64_t tiles) {
  const Area area = ImcCosts(design).area(Mesh(tiles));
  return std::accumulate(area.begin(), area.end(), 0.0);
}

bool fits(const ImcDesign& design, std::int64_t tiles) {
  const std::int64_t side = design.mesh_side;
  if (tiles > NetworkLayout::max_tiles || (side > 0 && tiles > side * side)) return false;
  return area_of(design, tiles) <= design.area_limit_mm2;
}

}  // namespace

Balance balanced(const ImcDesign& design, const NetworkGraph& graph, std::span<const LayerForm> forms) {
  const NetworkLayout once(design.tiling, graph, forms, partial_sums(design));
  const std::vector<PlacedConvolution>& layers = once.convolutions();
  Balance best{std::vector<std::int64_t>(layers.size(), 1), false};
  if (!fits(design, once.tiles())) {
    best.over_limit = true;
    return best;
  }
  std::vector<std::int64_t> copies = best.copies;
  double shortest = std::numeric_limits<double>::infinity();
  for (;;) {
    const ImcReport report = simulate_copies(design, graph, forms, {}, copies);
    if (report.interval_ms < shortest) {
      shortest = report.interval_ms;
      best.copies = copies;
    }
    if (layers.empty()) return best;
    const std::size_t slowest = report.bottleneck;
    const bool has_work = copies[slowest] < layers[slowest].convolution.positions;
    if (!has_work || !fits(design, report.tiles + layers[slowest].mapping.tiles)) return best;
    ++copies[slowest];
  }
}

}  // namespace flash
