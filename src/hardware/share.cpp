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
  if (static_cast<std::size_t>(cell) + 1 == stratum.cells()) {
    head_.costs = head_costs(space, stratum);
    if (tiling_ && space.family == Family::dense_cells)
      head_.tile_costs =
          tile_costs(*tiling_, head_convolution(space, cell_layer(space, stratum, cell, 0, 0)));
  }
  if (tiling_) return;
  for (int tc = 0; tc < most; tc += width_) {
    const CellShare low = sum_of_layers(tc);
    const CellShare next = sum_of_layers(tc + 1);
    segments_.push_back({low,
                         {next.costs.macs - low.costs.macs, next.costs.parameters - low.costs.parameters,
                          next.costs.traffic - low.costs.traffic, next.costs.layers - low.costs.layers}});
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
  if (segments_.empty()) return sum_of_layers(tc);
  const int inside = std::min(tc, width_ * (depth_ - 2));
  const auto k = std::min(static_cast<std::size_t>(inside / width_), segments_.size() - 1);
  const int channels = inside - static_cast<int>(k) * width_;
  const Segment& segment = segments_[k];
  CellShare share = segment.low;
  share.costs.macs += segment.a_channel.macs * channels;
  share.costs.parameters += segment.a_channel.parameters * channels;
  share.costs.traffic += segment.a_channel.traffic * channels;
  share.costs.layers += segment.a_channel.layers * channels;
  return share;
}

CellShare CellShares::sum_of_layers(int tc) const {
  const int last = depth_ - 1;
  // Layer i has width * (i - 1) channels to skip from: up to this one, all layers read them all.
  const int full = std::min(tc / width_ + 2, last);
  CellShare share = full_[static_cast<std::size_t>(full)];
  CellShare layer = layer_share(full, tc);
  if (full < last) {
    add(share, layer, last - full);
    // The last layer is like them, but where it puts out the classes.
    if (space_.family == Family::mlp_cells) layer = layer_share(last, tc);
  }
  add(share, layer);
  add(share, head_);
  return share;
}

}  // namespace flash
