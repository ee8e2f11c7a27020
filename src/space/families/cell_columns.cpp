#include "cell_columns.hpp"

#include <algorithm>

#include "flash/space/families/skips.hpp"

namespace flash {

CellColumns::Layers CellColumns::work_out(ShapeView shape, std::size_t cell) const {
  const int width = cells_.width(shape, cell);
  const int depth = cells_.space().depths.back();
  const int last = depth - 1;
  std::vector<int> deepest(shape.begin(), shape.end());
  for (std::size_t axis = 1; axis < deepest.size(); ++axis)
    deepest[axis] = static_cast<int>(cells_.space().depths.size()) - 1;
  const std::int64_t options = cells_.slots(deepest)[cell].options;

  const std::size_t quantities = quantities_.names().size();
  Cells::Chain chain;
  Sums sums(quantities);
  const auto add_up = [&](int index, int skip) {
    chain.clear();
    cells_.add_layer(shape, cell, index, depth, skip, chain);
    std::ranges::fill(sums, 0);
    for (const Operator& op : chain) quantities_.add(op, sums);
  };
  const auto set = [&](std::vector<Sums>& table, std::size_t k) {
    for (std::size_t q = 0; q < quantities; ++q) table[q][k] = sums[q];
  };
  Layers layers;
  layers.full.emplace_back(quantities);
  for (int index = 0; index < last; ++index) {
    const std::int64_t bound = std::int64_t{index} * width - cells_.tc(0);  // tc(k) < index * width
    const std::int64_t step = cells_.space().skips.step;
    layers.below.push_back(
        static_cast<std::size_t>(std::clamp<std::int64_t>((bound + step - 1) / step, 0, options)));
    add_up(index, skip_channels(width, index, width * (last - 1)));
    for (std::size_t q = 0; q < quantities; ++q) sums[q] += layers.full.back()[q];
    layers.full.push_back(sums);
  }
  const int alike = cells_.ends_in_classes() ? last - 1 : last;
  const Sums of_all_options(static_cast<std::size_t>(options));
  layers.skipping.assign(quantities, of_all_options);
  if (cells_.ends_in_classes()) layers.last = layers.skipping;
  for (std::int64_t k = 0; k < options; ++k) {
    add_up(alike, skip_channels(width, alike, cells_.tc(k)));
    set(layers.skipping, static_cast<std::size_t>(k));
    if (!cells_.ends_in_classes()) continue;
    add_up(last, skip_channels(width, last, cells_.tc(k)));
    set(layers.last, static_cast<std::size_t>(k));
  }
  layers.head.resize(quantities);
  if (cell + 1 < cells_.cells()) return layers;
  chain.clear();
  cells_.add_head(shape, chain);
  for (const Operator& op : chain) quantities_.add(op, layers.head);
  return layers;
}

const CellColumns::Layers& CellColumns::layers_of(ShapeView shape, std::size_t cell) {
  const std::pair key{shape[0], cell};
  const auto found = known_.find(key);
  return found != known_.end() ? found->second : known_.emplace(key, work_out(shape, cell)).first->second;
}

SlotColumns::Column CellColumns::column(ShapeView shape, std::size_t slot, std::size_t quantity) {
  const Layers& layers = layers_of(shape, slot);
  const auto count = static_cast<std::size_t>(cells_.slots(shape)[slot].options);
  Column column(count);
  const Sums& skipping = layers.skipping[quantity];
  const Sums& ends = layers.last.empty() ? skipping : layers.last[quantity];
  const int last = cells_.depth(shape, slot) - 1;
  std::size_t k = 0;
  // Layer i has width * (i - 1) channels to skip from: up to layer `read_all`, all read them all.
  for (int read_all = 2; read_all <= last; ++read_all) {
    const std::size_t end =
        read_all == last ? count : std::min(count, layers.below[static_cast<std::size_t>(read_all) - 1]);
    const double before = layers.full[static_cast<std::size_t>(read_all)][quantity];
    const double alike = last - read_all;
    for (; k < end; ++k) column[k] = before + skipping[k] * alike + ends[k] + layers.head[quantity];
  }
  return column;
}

}  // namespace flash
