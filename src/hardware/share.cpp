#include "share.hpp"

#include <algorithm>

namespace flash {
namespace {

void add(CellShare& sum, const CellShare& layer, bool tiled, int times = 1) {
  sum.costs.macs += layer.costs.macs * times;
  sum.costs.parameters += layer.costs.parameters * times;
  sum.costs.traffic += layer.costs.traffic * times;
  sum.costs.layers += layer.costs.layers * times;
  if (!tiled) return;
  TileCosts tile_costs = layer.tile_costs;
  tile_costs *= times;
  sum.tile_costs += tile_costs;
}

}  // namespace

CellShares::CellShares(const SpaceDefinition& space, const Stratum& stratum, int cell,
                       const std::optional<Tiling>& tiling)
    : space_(space),
      stratum_(stratum),
      cell_(cell),
      tiling_(tiling),
      width_(stratum.widths[static_cast<std::size_t>(cell)]),
      depth_(stratum.depths[static_cast<std::size_t>(cell)]) {
  CellShare sum;
  sum.cell = cell;
  sum.depth = depth_;
  if (static_cast<std::size_t>(cell) + 1 == stratum.cells()) {
    sum.costs = head_costs(space, stratum);
    if (tiling_ && space.family == Family::dense_cells)
      sum.tile_costs = tile_costs(*tiling_, head_convolution(space, cell_layer(space, stratum, cell, 0, 0)));
  }
  const int most = width_ * (depth_ - 2);
  full_.push_back(sum);
  for (int index = 0; index + 1 < depth_; ++index) {
    add(sum, layer_share(index, most), tiling_.has_value());
    full_.push_back(sum);
  }
}

CellShare CellShares::layer_share(int index, int tc) const {
  const Layer layer = cell_layer(space_, stratum_, cell_, index, tc);
  CellShare share;
  share.costs = layer_costs(space_, layer);
  if (tiling_) share.tile_costs = layer_tile_costs(*tiling_, space_, layer);
  return share;
}

CellShare CellShares::at(int tc) const {
  const int last = depth_ - 1;
  // Layer i has width * (i - 1) channels to skip from: up to this one, all layers read them all.
  const int full = std::min(tc / width_ + 2, last);
  CellShare share = full_[static_cast<std::size_t>(full)];
  // Beyond it the layers are alike, save that the last fully connected one puts out the classes.
  const int alike = space_.family == Family::mlp_cells ? last : depth_;
  const bool tiled = tiling_.has_value();
  if (full < alike) add(share, layer_share(full, tc), tiled, alike - full);
  if (alike < depth_) add(share, layer_share(last, tc), tiled);
  return share;
}

}  // namespace flash
