#include "flash/hardware/cell_shares.hpp"

#include <algorithm>

#include "quantities.hpp"

namespace flash {

CellShares::CellShares(const SpaceDefinition& space, const Stratum& deepest, int cell,
                       const std::optional<Tiling>& tiling, std::span<const int> tcs)
    : cells_(deepest.cells()),
      cell_(cell),
      tiling_(tiling),
      costs_(cost_quantities.size()),
      tile_costs_(tiling ? tile_quantities.size() : 0) {
  const int width = deepest.widths[static_cast<std::size_t>(cell)];
  const int last = deepest.depths[static_cast<std::size_t>(cell)] - 1;
  const int most = width * (last - 1);
  const bool ends_in_classes = space.family == Family::mlp_cells;
  const auto layer = [&](int index, int tc) {
    const Layer shape = cell_layer(space, deepest, cell, index, tc);
    return LayerCosts{layer_costs(space, shape),
                      tiling ? layer_tile_costs(*tiling, space, shape) : TileCosts{}};
  };
  for (int index = 0; index < last; ++index) {
    below_.push_back(static_cast<std::size_t>(std::ranges::lower_bound(tcs, index * width) - tcs.begin()));
    each(layer(index, most),
         [](auto& quantity, auto cost) { quantity.full.push_back(quantity.full.back() + cost); });
  }
  each({}, [&](auto& quantity, auto) { quantity.skipping.reserve(tcs.size()); });
  for (const int tc : tcs) {
    each(layer(ends_in_classes ? last - 1 : last, tc),
         [](auto& quantity, auto cost) { quantity.skipping.push_back(cost); });
    if (ends_in_classes)
      each(layer(last, tc), [](auto& quantity, auto cost) { quantity.last.push_back(cost); });
  }
  if (static_cast<std::size_t>(cell) + 1 < cells_) return;
  LayerCosts head{head_costs(space, deepest), {}};
  if (tiling && !ends_in_classes)
    head.tile_costs = tile_costs(*tiling, head_convolution(space, cell_layer(space, deepest, cell, 0, 0)));
  each(head, [](auto& quantity, auto cost) { quantity.head = cost; });
}

template <class Take>
void CellShares::each(const LayerCosts& layer, const Take& take) {
  for (std::size_t i = 0; i < costs_.size(); ++i) take(costs_[i], layer.costs.*cost_quantities[i].value);
  for (std::size_t i = 0; i < tile_costs_.size(); ++i)
    take(tile_costs_[i], layer.tile_costs.*tile_quantities[i].value);
}

template <class Count>
CellShares::Column CellShares::Layers<Count>::sum(std::span<const std::size_t> below, int depth,
                                                  std::size_t count) const {
  Column column(count);
  const std::vector<Count>& ends = last.empty() ? skipping : last;
  const int last_index = depth - 1;
  std::size_t k = 0;
  // Layer i has width * (i - 1) channels to skip from: up to layer `read_all`, all read them all.
  for (int read_all = 2; read_all <= last_index; ++read_all) {
    const std::size_t end =
        read_all == last_index ? count : std::min(count, below[static_cast<std::size_t>(read_all) - 1]);
    const Count before = full[static_cast<std::size_t>(read_all)];
    const auto alike = static_cast<Count>(last_index - read_all);
    for (; k < end; ++k) column[k] = static_cast<double>(before + skipping[k] * alike + ends[k] + head);
  }
  return column;
}

CellShares::Column CellShares::sum(std::int64_t Costs::*quantity, int depth, std::size_t count) const {
  const auto found = std::ranges::find(cost_quantities, quantity, &CostQuantity::value);
  return costs_[static_cast<std::size_t>(found - cost_quantities.begin())].sum(below_, depth, count);
}

CellShares::Column CellShares::sum(double TileCosts::*quantity, int depth, std::size_t count) const {
  const auto found = std::ranges::find(tile_quantities, quantity, &TileQuantity::value);
  return tile_costs_[static_cast<std::size_t>(found - tile_quantities.begin())].sum(below_, depth, count);
}

}  // namespace flash
