// Dense and pruned layers on tiles, row by row.
#include <algorithm>
#include <numeric>

#include "flash/imc/communication.hpp"

namespace flash {
namespace {

std::vector<int> counted(std::int64_t first, std::int64_t last) {
  std::vector<int> list(static_cast<std::size_t>(std::max<std::int64_t>(0, last - first)));
  std::iota(list.begin(), list.end(), static_cast<int>(first));
  return list;
}

void number(TiledNetwork& tiled) {
  for (TiledLayer& layer : tiled.layers)
    for (TileColumn& column : layer) {
      column.first_tile = static_cast<int>(tiled.tiles);
      tiled.tiles += std::ssize(column.rows);
    }
}

bool holds_weight(const MaskedLayer& layer, const WeightMask& mask, const TileColumn& column, int row) {
  const auto at = static_cast<std::size_t>(row);
  return std::ranges::any_of(column.outputs, [&](int o) {
    const auto output = static_cast<std::size_t>(o);
    return layer.has_weight(output, at) && mask[layer.place(output, at)] != 0;
  });
}

TileColumn compacted_column(const MaskedLayer& layer, const WeightMask& mask, std::vector<int> outputs,
                            std::size_t rows_a_tile) {
  TileColumn column;
  column.outputs = std::move(outputs);
  column.rows.emplace_back();
  for (int row = 0; row < layer.shape.in * layer.shape.taps; ++row) {
    if (!holds_weight(layer, mask, column, row)) continue;
    // Of a depthwise layer all channels of a tile fit, along its diagonal.
    if (!layer.shape.depthwise && column.rows.back().size() == rows_a_tile) column.rows.emplace_back();
    column.rows.back().push_back(row);
  }
  return column;
}

}  // namespace

TiledNetwork dense_tiles(const Tiling& tiling, const std::vector<MaskedLayer>& layers) {
  TiledNetwork tiled;
  for (const MaskedLayer& layer : layers) {
    const Convolution& shape = layer.shape;
    const Mapping mapping(tiling, shape);
    TiledLayer& on_tiles = tiled.layers.emplace_back();
    for (std::int64_t k = 0; k < mapping.column_tiles; ++k) {
      const ChannelRange outputs = output_channels(tiling, shape, mapping, k);
      TileColumn& column = on_tiles.emplace_back();
      column.outputs = counted(outputs.first, outputs.last);
      for (std::int64_t r = 0; r < mapping.row_tiles; ++r)
        column.rows.push_back(
            shape.depthwise
                ? counted(outputs.first * shape.taps, outputs.last * shape.taps)
                : counted(r * tiling.rows(), std::min(shape.in * shape.taps, (r + 1) * tiling.rows())));
    }
  }
  number(tiled);
  return tiled;
}

TiledNetwork compacted_tiles(const Tiling& tiling, const std::vector<MaskedLayer>& layers,
                             const WeightMasks& masks) {
  const std::vector<std::vector<std::uint8_t>> living = living_outputs(layers, masks);
  TiledNetwork tiled;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Convolution& shape = layers[l].shape;
    const std::int64_t most = shape.depthwise
                                  ? Mapping(tiling, shape).channels_per_tile
                                  : std::max<std::int64_t>(1, tiling.columns() / tiling.cells_per_weight());
    TiledLayer& on_tiles = tiled.layers.emplace_back();
    std::vector<int> outputs;
    const auto close = [&] {
      on_tiles.push_back(
          compacted_column(layers[l], masks[l], std::move(outputs), static_cast<std::size_t>(tiling.rows())));
      outputs = {};
    };
    for (std::size_t o = 0; o < layers[l].outputs(); ++o) {
      if (!living[l][o]) continue;
      outputs.push_back(static_cast<int>(o));
      if (std::ssize(outputs) == most) close();
    }
    if (!outputs.empty() || on_tiles.empty()) close();
  }
  number(tiled);
  return tiled;
}

}  // namespace flash
