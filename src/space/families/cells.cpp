#include "cells.hpp"

#include <algorithm>
#include <cmath>

#include "cell_activations.hpp"
#include "cell_columns.hpp"
#include "common.hpp"
#include "flash/space/families/skips.hpp"

namespace flash {
namespace {

std::int64_t option_count(const SkipRange& skips, int width, int depth) {
  const int reachable = width * (depth - 2);
  const int max = skips.max == -1 ? reachable : std::min(skips.max, reachable);
  return (max - skips.min) / skips.step + 1;
}

}  // namespace

std::vector<int> from_to(int first, int last) {
  std::vector<int> values;
  for (int value = first; value <= last; ++value) values.push_back(value);
  return values;
}

Cells::Cells(CellSpace space) : space_(std::move(space)) {
  shape_axes_.push_back(number_axis("wm", "", "width multiplier", space_.wm));
  const std::size_t depths = space_.depth_mode == DepthMode::equal ? 1 : cells();
  for (std::size_t d = 0; d < depths; ++d)
    shape_axes_.push_back(number_axis("depth", "layers", "layers of a cell", space_.depths));
  tc_axis_ = {"tc", "channels", "most channels that a layer reads besides the layer before it", "skips"};
  tc_axis_.first = space_.skips.min;
  tc_axis_.step = space_.skips.step;
  for (const CellScore::Kind kind : CellScore::kinds) scores_.emplace_back(*this, kind);
  for (const CellScore& score : scores_) score_list_.push_back(&score);
}

int Cells::width(ShapeView shape, std::size_t cell) const {
  return space_.wm[position(shape, 0)] * space_.widths[cell];
}

int Cells::depth(ShapeView shape, std::size_t cell) const {
  return space_.depths[position(shape, space_.depth_mode == DepthMode::equal ? 1 : 1 + cell)];
}

std::vector<Slot> Cells::slots(ShapeView shape) const {
  std::vector<Slot> slots(cells());
  for (std::size_t cell = 0; cell < cells(); ++cell)
    slots[cell].options = option_count(space_.skips, width(shape, cell), depth(shape, cell));
  return slots;
}

std::size_t Cells::table_key(ShapeView shape, std::size_t slot) const {
  const std::size_t axis = space_.depth_mode == DepthMode::equal ? 1 : 1 + slot;
  return position(shape, 0) * space_.depths.size() + position(shape, axis);
}

NetworkGraph Cells::lower(ShapeView shape, OptionView options, std::uint64_t wiring) const {
  NetworkGraph graph(space_.input.channels, space_.input.side);
  NetworkGraph::Value x = NetworkGraph::image;
  Chain chain;
  for (std::size_t cell = 0; cell < cells(); ++cell) {
    const int width = this->width(shape, cell);
    const int depth = this->depth(shape, cell);
    std::vector<NetworkGraph::Value> outputs;
    for (int index = 0; index < depth; ++index) {
      graph.enter(cell, index);
      chain.clear();
      const int skip = skip_channels(width, index, tc(options[cell]));
      add_layer(shape, cell, index, depth, skip, chain);
      std::span<const Operator> rest(chain);
      if (index >= 2) {
        std::vector<NetworkGraph::Value> reads{x};
        std::vector<std::vector<int>> columns(1);
        for (const int channel :
             skip_sources(wiring, static_cast<int>(cell), index, width, tc(options[cell]))) {
          const NetworkGraph::Value source = outputs[static_cast<std::size_t>(channel / width)];
          if (reads.size() == 1 || reads.back() != source) {
            reads.push_back(source);
            columns.emplace_back();
          }
          columns.back().push_back(channel % width);
        }
        x = graph.gather(rest.front(), std::move(reads), std::move(columns));
        rest = rest.subspan(1);
      }
      x = graph.append(rest, x);
      outputs.push_back(x);
    }
    if (cell + 1 < cells()) continue;
    chain.clear();
    add_head(shape, chain);
    graph.enter(cell, depth);
    graph.append(chain, x);
  }
  return graph;
}

std::vector<Operator> Cells::part(ShapeView shape, std::size_t slot, std::int64_t,
                                  std::int64_t option) const {
  Chain chain;
  const int width = this->width(shape, slot);
  const int depth = this->depth(shape, slot);
  for (int index = 0; index < depth; ++index)
    add_layer(shape, slot, index, depth, skip_channels(width, index, tc(option)), chain);
  if (slot + 1 == cells()) add_head(shape, chain);
  return chain;
}

std::unique_ptr<SlotColumns> Cells::columns(const Quantities& quantities) const {
  return std::make_unique<CellColumns>(*this, quantities);
}

std::int64_t Cells::peak(ShapeView shape, std::size_t slot, std::int64_t, std::int64_t option) const {
  return CellActivations(*this, shape, slot, tc(option) > 0).peak(tc(option));
}

std::vector<std::int64_t> Cells::peaks(ShapeView shape, std::size_t slot) const {
  CellActivations without(*this, shape, slot, false);
  CellActivations with(*this, shape, slot, true);
  std::vector<std::int64_t> peaks;
  const std::int64_t options = slots(shape)[slot].options;
  for (std::int64_t k = 0; k < options; ++k) peaks.push_back((tc(k) > 0 ? with : without).peak(tc(k)));
  return peaks;
}

std::vector<double> Cells::spread(ShapeView shape, OptionView options) const {
  const std::vector<Slot> slots = this->slots(shape);
  double layers = 0;
  for (std::size_t cell = 0; cell < cells(); ++cell) layers += depth(shape, cell);
  const auto score = [&](CellScore::Kind kind) {
    return value(scores_[static_cast<std::size_t>(kind)], shape, options, slots);
  };
  return {score(CellScore::Kind::links), std::log(static_cast<double>(counts(*this, shape, options).macs)),
          layers, score(CellScore::Kind::mass) / layers};
}

}  // namespace flash
