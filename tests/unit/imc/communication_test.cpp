// What is sent, against NetworkLayout's flows where nothing is pruned and a plain count, value by value, where much is.
#include "flash/imc/communication.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "flash/core/error.hpp"
#include "flash/imc/network_layout.hpp"
#include "networks.hpp"

namespace flash::test {
namespace {

using Bits = std::map<std::pair<int, int>, std::int64_t>;

Bits as_map(const std::vector<TileVolume>& volumes) {
  Bits bits;
  for (const TileVolume& volume : volumes) bits[{volume.from, volume.to}] += volume.bits;
  return bits;
}

WeightMasks random_masks(const std::vector<MaskedLayer>& layers, Philox& random, double keep) {
  WeightMasks masks = dense_masks(layers);
  for (std::size_t l = 0; l < layers.size(); ++l)
    for (std::size_t o = 0; o < layers[l].outputs(); ++o) {
      const bool whole = random.uniform() < 0.2;  // outputs without weights
      for (std::size_t k = 0; k < layers[l].width(); ++k)
        if (whole || random.uniform() > keep) masks[l][o * layers[l].width() + k] = 0;
    }
  return masks;
}

// Which tile each weight lies in, from the tiling alone; a channel is sent where a tile has a weight that reads it.
Bits plain_activations(const Tiling& tiling, const std::vector<MaskedLayer>& layers, const WeightMasks& masks,
                       const NetworkLayout& layout, std::size_t l) {
  const auto result_of = [&](const ChannelOrigin& from) {
    if (from.layer < 0) return 0;
    const PlacedConvolution& placed = layout.convolutions()[static_cast<std::size_t>(from.layer)];
    for (std::int64_t k = 0; k < placed.mapping.column_tiles; ++k) {
      const ChannelRange range = output_channels(tiling, placed.convolution, placed.mapping, k);
      if (from.output >= range.first && from.output < range.last)
        return placed.tile(placed.mapping.row_tiles - 1, k);
    }
    return -1;
  };
  const PlacedConvolution& placed = layout.convolutions()[l];
  const MaskedLayer& layer = layers[l];
  std::set<std::pair<int, std::size_t>> sent;  // tile and channel
  for (std::size_t o = 0; o < layer.outputs(); ++o) {
    std::int64_t column = 0;
    while (static_cast<std::int64_t>(o) >=
           output_channels(tiling, placed.convolution, placed.mapping, column).last)
      ++column;
    for (std::size_t k = 0; k < layer.width(); ++k) {
      if (masks[l][o * layer.width() + k] == 0) continue;
      const std::size_t channel = layer.shape.depthwise ? o : k / layer.taps();
      const std::int64_t row = layer.shape.depthwise ? 0 : static_cast<std::int64_t>(k) / tiling.rows();
      sent.emplace(placed.tile(row, column), channel);
    }
  }
  Bits bits;
  for (const auto& [tile, channel] : sent)
    if (const int from = result_of(layer.reads[channel]); from != tile)
      bits[{from, tile}] += layer.shape.values * tiling.activation_bits;
  return bits;
}

TEST(Communication, DenseNetworksSendWhatTheLayoutSends) {
  Philox random(11);
  for (const Case& one : all_kinds(2, 40))
    for (const Point& point : one.networks) {
      const ImcDesign design = random_design(random);
      const NetworkGraph graph = one.space.lower(point, 1);
      const std::vector<MaskedLayer> layers = masked_layers(graph);
      const NetworkLayout layout(design.tiling, graph);
      const TiledNetwork tiled = dense_tiles(design.tiling, layers);
      ASSERT_EQ(tiled.tiles, layout.tiles());
      const WeightMasks masks = dense_masks(layers);
      LayerFlows flows;
      for (std::size_t l = 0; l < layers.size(); ++l) {
        layout.flows_into(l, flows);
        // The layout's pairs are cut at runs of channels, and some lie within a tile.
        std::set<std::pair<int, int>> pairs;
        for (const Flow& flow : flows.flows)
          if (flow.from != flow.to) pairs.emplace(flow.from, flow.to);
        std::set<std::pair<int, int>> own;
        std::int64_t sums = 0;
        for (const auto& [pair, bits] : as_map(activation_volumes(design.tiling, layers, masks, tiled, l)))
          own.insert(pair);
        for (const auto& [pair, bits] : as_map(partial_sum_volumes(design.tiling, layers, masks, tiled, l))) {
          own.insert(pair);
          sums += bits;
        }
        EXPECT_EQ(own, pairs) << l;
        EXPECT_EQ(sums, flows.partial_sum_bits) << l;
      }
    }
}

TEST(Communication, PrunedNetworksSendWhatAPlainCountSays) {
  Philox random(12);
  for (const Case& one : all_kinds(2, 60))
    for (const Point& point : one.networks) {
      ImcDesign design = random_design(random);
      const NetworkGraph graph = one.space.lower(point, 1);
      const std::vector<MaskedLayer> layers = masked_layers(graph);
      const NetworkLayout layout(design.tiling, graph);
      const TiledNetwork tiled = dense_tiles(design.tiling, layers);
      const WeightMasks masks = random_masks(layers, random, 0.02);
      for (std::size_t l = 0; l < layers.size(); ++l)
        EXPECT_EQ(as_map(activation_volumes(design.tiling, layers, masks, tiled, l)),
                  plain_activations(design.tiling, layers, masks, layout, l))
            << l;
    }
}

TEST(Communication, WeightsPrunedOneByOneSaveNothing) {
  const Space space = preset_space("shapes-mini");
  const std::vector<MaskedLayer> layers = masked_layers(space.lower(space.point(3), 1));
  const ImcDesign design;
  WeightMasks masks = dense_masks(layers);
  for (WeightMask& mask : masks)
    for (std::size_t k = 0; k < mask.size(); k += 3) mask[k] = 0;
  const TiledNetwork tiled = dense_tiles(design.tiling, layers);
  const Mesh mesh(tiled.tiles);
  const Communication sparse = communication(design, sent_flows(design, layers, masks, tiled), mesh);
  const Communication dense =
      communication(design, sent_flows(design, layers, dense_masks(layers), tiled), mesh);
  EXPECT_EQ(sparse.activations.energy_mj, dense.activations.energy_mj);
  EXPECT_EQ(sparse.all.latency_ms, dense.all.latency_ms);
}

TEST(Communication, MasksOfAnotherNetworkAreRefused) {
  const Space space = preset_space("shapes-mini");
  const std::vector<MaskedLayer> layers = masked_layers(space.lower(space.point(3), 1));
  const std::vector<MaskedLayer> others = masked_layers(space.lower(space.point(space.size() - 1), 1));
  const ImcDesign design;
  const TiledNetwork tiled = dense_tiles(design.tiling, layers);
  EXPECT_THROW(sent_flows(design, layers, dense_masks(others), tiled), Error);
}

TEST(Communication, CompactedTilesHoldEveryWeightOnceAndAreNoMore) {
  Philox random(13);
  for (const Case& one : all_kinds(2, 80))
    for (const Point& point : one.networks) {
      const ImcDesign design = random_design(random);
      const std::vector<MaskedLayer> layers = masked_layers(one.space.lower(point, 1));
      WeightMasks masks = random_masks(layers, random, 0.05);
      const TiledNetwork tiled = compacted_tiles(design.tiling, layers, masks);
      const TiledNetwork dense = dense_tiles(design.tiling, layers);
      std::int64_t held = 0;
      for (std::size_t l = 0; l < layers.size(); ++l) {
        for (const TileColumn& column : tiled.layers[l]) {
          EXPECT_LE(std::ssize(column.outputs) * (layers[l].shape.depthwise ? 0 : 1),
                    std::max<std::int64_t>(1, design.tiling.columns() / design.tiling.cells_per_weight()));
          for (const std::vector<int>& rows : column.rows) {
            if (!layers[l].shape.depthwise) {
              EXPECT_LE(std::ssize(rows), design.tiling.rows());
            }
            for (const int row : rows)
              for (const int output : column.outputs) {
                const auto o = static_cast<std::size_t>(output), r = static_cast<std::size_t>(row);
                if (layers[l].has_weight(o, r)) held += masks[l][layers[l].place(o, r)];
              }
          }
        }
      }
      EXPECT_EQ(held, kept_weights(masks));
      EXPECT_LE(tiled.tiles, dense.tiles);
    }
}

}  // namespace
}  // namespace flash::test
