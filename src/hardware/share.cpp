#include "share.hpp"

#include <algorithm>

namespace flash {
namespace {

void add(CellShare& sum, const CellShare& layer, int times = 1) {
  sum.costs.macs += layer.costs.macs * times;
  sum.costs.parameters += layer.costs.parameters * times;
  sum.costs.traffic += layer.costs.traffic * times;
  sum.costs.layers += layer.costs.layers * times;
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
  const int most = width_ * (depth_ - 2);
  CellShare sum;
  sum.cell = cell;
  sum.depth = depth_;
  full_.push_back(sum);
  for (int index = 0; index + 1 < depth_; ++index) {
    add(sum, layer_share(index, most));
    full_.push_back(sum);
  }
  if (static_cast<std::size_t>(cell) + 1 != stratum.cells()) return;
  head_.costs = head_costs(space, stratum);
  if (tiling_ && space.family == Family::dense_cells)
    head_.tile_costs = tile_costs(*tiling_, head_convolution(space, cell_layer(space, stratum, cell, 0, 0)));
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
  if (full < last) add(share, layer_share(full, tc), last - full);
  add(share, layer_share(last, tc));
  add(share, head_);
  return share;
}

}  // namespace flash
