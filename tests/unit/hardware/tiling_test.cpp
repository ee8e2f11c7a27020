// How layers lie on tiles, and the features that come from it.
#include "flash/hardware/tiling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/hardware/tile_costs.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

std::vector<SpaceDefinition> spaces() {
  std::vector<SpaceDefinition> list;
  for (const Preset* preset : presets()) list.push_back(preset->definition);
  CellSpace depthwise = CellSpace::from(find_preset("cifar-small")->definition);
  depthwise.block = Block::depthwise;
  list.push_back(depthwise);
  return list;
}

Point draw(const Space& space, Philox& random) {
  const Stratum& stratum = space.strata()[random.below(space.strata().size())];
  std::vector<std::int64_t> options;
  for (const std::int64_t count : stratum.options)
    options.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(count))));
  return {stratum.index, std::move(options)};
}

// The group's figures: tiles of 1024 x 1024 cells, 8-bit weights, 1 bit a cell.
TEST(Mapping, OfARegularConvolution) {
  // 200 * 9 = 1800 rows on 2 tiles; 150 * 8 = 1200 columns on 2: 4 tiles. 8 x 5 crossbars of 256 x 256.
  const Mapping mapping(Tiling{}, {.in = 200, .out = 150, .taps = 9, .values = 64, .positions = 64});
  EXPECT_EQ(mapping.row_tiles, 2);
  EXPECT_EQ(mapping.column_tiles, 2);
  EXPECT_EQ(mapping.tiles, 4);
  EXPECT_EQ(mapping.crossbars, 8 * 5);
  EXPECT_EQ(mapping.weight_cells, 1800 * 1200);
  EXPECT_EQ(mapping.driven_rows, 1800 * 5);  // once in each crossbar side by side
  EXPECT_EQ(mapping.read_cells, 1800 * 1200);
  EXPECT_EQ(mapping.conversions, 1200 * 8);
  EXPECT_DOUBLE_EQ(mapping.utilisation(Tiling{}), 1800.0 * 1200 / (4 * 1024 * 1024));
}

TEST(Mapping, OfTheSmallestAndOfExactFits) {
  EXPECT_EQ(Mapping(Tiling{}, {.in = 1, .out = 1}).tiles, 1);
  EXPECT_EQ(Mapping(Tiling{}, {.in = 1024, .out = 128}).tiles, 1);
  EXPECT_EQ(Mapping(Tiling{}, {.in = 1025, .out = 128}).tiles, 2);
  EXPECT_EQ(Mapping(Tiling{}, {.in = 1025, .out = 129}).tiles, 4);
}

TEST(Mapping, OfADepthwiseConvolution) {
  // A crossbar holds min(256 / 9, 256 / 8) = 28 channels along its diagonal, a tile 16 * 28 = 448.
  const Convolution convolution{
      .in = 500, .out = 500, .taps = 9, .values = 64, .positions = 64, .depthwise = true};
  const Mapping mapping(Tiling{}, convolution);
  EXPECT_EQ(mapping.tiles, 2);
  EXPECT_EQ(mapping.crossbars, 18);  // 17 * 28 = 476, 24 more in the last
  EXPECT_EQ(mapping.weight_cells, 500 * 9 * 8);
  EXPECT_EQ(mapping.read_cells, (17 * 28 * 28 + 24 * 24) * 9 * 8);
  EXPECT_EQ(mapping.driven_rows, 500 * 9);
  EXPECT_EQ(mapping.conversions, 500 * 8);
  const ChannelRange last = input_channels(Tiling{}, convolution, mapping, 1);
  EXPECT_EQ(last.first, 448);
  EXPECT_EQ(last.last, 500);
}

TEST(Mapping, KeepsAWeightsBitsTogether) {
  Tiling tiling;
  tiling.weight_bits = 8;
  tiling.cell_bits = 3;
  EXPECT_EQ(tiling.cells_per_weight(), 3);
}

TEST(Channels, OfATileAreThoseWhoseRowsItHolds) {
  // 1024 / 9 = 113.8: channel 113 (rows 1017 .. 1025) lies in tiles 0 and 1.
  const Convolution convolution{.in = 200, .out = 150, .taps = 9};
  const Mapping mapping(Tiling{}, convolution);
  const ChannelRange first = input_channels(Tiling{}, convolution, mapping, 0);
  const ChannelRange second = input_channels(Tiling{}, convolution, mapping, 1);
  EXPECT_EQ(first.first, 0);
  EXPECT_EQ(first.last, 114);
  EXPECT_EQ(second.first, 113);
  EXPECT_EQ(second.last, 200);
  EXPECT_EQ(output_channels(Tiling{}, convolution, mapping, 0).last, 128);
  EXPECT_EQ(output_channels(Tiling{}, convolution, mapping, 1).last, 150);
}

TEST(Flits, RoundUpAndCarryHeads) {
  Tiling tiling;  // links of 32 bits
  EXPECT_EQ(tiling.flits(0), 0);
  EXPECT_EQ(tiling.flits(1), 1);
  EXPECT_EQ(tiling.flits(33), 2);
  tiling.packet_flits = 4;  // 3 with data
  EXPECT_EQ(tiling.flits(32 * 6), 6 + 2);
  EXPECT_EQ(tiling.flits(32 * 7), 7 + 3);
}

TEST(Tiling, ComesBackFromJsonExactly) {
  Tiling tiling;
  tiling.link_bits = 48;
  tiling.tile_columns = 3;
  EXPECT_EQ(tiling_from_json(Json::parse(to_json(tiling).dump())), tiling);
}

TEST(Tiling, RefusesDamagedJson) {
  for (const Json& wrong : {Json(0), Json(-1), Json(65'537), Json("8"), Json(1.5), Json(nullptr)}) {
    Json json = to_json(Tiling{});
    json["link_bits"] = wrong;
    EXPECT_THROW(tiling_from_json(json), Error) << wrong;
  }
  EXPECT_THROW(tiling_from_json(Json::array()), Error);
  EXPECT_THROW(tiling_from_json(Json::object()), Error);
}

TEST(TileFeatures, AddTheTilesToTheOthers) {
  const Space space(find_preset("mnist-mlp")->definition);
  std::vector<std::string> plain = feature_names(space);
  std::erase_if(plain, [](const std::string& name) { return name == "vector_macs" || name == "joins"; });
  const std::vector<std::string> tiled = feature_names(space, Tiling{});
  EXPECT_EQ(plain.size(), 4u);
  EXPECT_TRUE(std::equal(plain.begin(), plain.end(), tiled.begin()));
  EXPECT_THAT(tiled, testing::IsSupersetOf({"tiles", "crossbar_reads", "conversions", "flits", "hop_flits"}));
  EXPECT_EQ(feature_names(Space(find_preset("flash-63b")->definition), Tiling{}).size(), 4 * tiled.size());
}

// Of the whole network, each operator by itself.
TEST(TileFeatures, EqualTheSumsOverLayers) {
  Philox random(5);
  Tiling odd;
  odd.link_bits = 48;
  odd.packet_flits = 5;
  odd.crossbar_rows = 100;
  for (const SpaceDefinition& definition : spaces()) {
    const Space space(definition);
    for (int i = 0; i < 20; ++i) {
      const Point network = draw(space, random);
      const NetworkGraph graph = space.lower(network, 1);
      for (const Tiling& tiling : {Tiling{}, odd}) {
        TileCosts sum;
        for (const NetworkGraph::Node& node : graph.nodes())
          if (const auto convolution = convolution_of(node.op)) sum += tile_costs(tiling, *convolution);
        const std::vector<double> values = network_features(
            space, network, {"tiles", "read_cells", "flits", "port_flits", "spread_flits", "macs"}, tiling);
        EXPECT_EQ(values[0], sum.tiles);
        EXPECT_EQ(values[1], sum.read_cells);
        EXPECT_EQ(values[2], sum.flits);
        EXPECT_EQ(values[3], sum.port_flits);
        EXPECT_EQ(values[4], sum.spread_flits);
        EXPECT_EQ(values[5], static_cast<double>(space.counts(network).macs));
      }
    }
  }
}

TEST(TileFeatures, NeverFallWithTheSkips) {
  Tiling odd;
  odd.link_bits = 48;
  odd.packet_flits = 5;
  odd.crossbar_columns = 100;
  for (const SpaceDefinition& definition : spaces()) {
    const Space space(definition);
    const Stratum& stratum = space.strata().back();
    const Point last = space.point(space.count() - 1);
    FeatureColumns columns(space, odd);
    for (const std::string& name : feature_names(space, odd))
      for (std::size_t cell = 0; cell < stratum.cells(); ++cell) {
        const MetricModel model{0, {{name, 1}}, odd};
        const std::vector<double> values = model.slot_values(columns, stratum, cell);
        EXPECT_TRUE(!stratum.slots[cell].ordered || std::ranges::is_sorted(values))
            << name << " of cell " << cell << " of " << definition.family;
        EXPECT_EQ(values.back(), slot_features(space, last, {name}, odd)[cell][0]);
      }
  }
}

TEST(TileFeatures, NeedATiling) {
  const Space space(find_preset("shapes-mini")->definition);
  const Point network = space.point(7);
  EXPECT_THROW((MetricModel{0, {{"tiles", 1}}})(space, network), Error);
  EXPECT_GT((MetricModel{0, {{"tiles", 1}}, Tiling{}})(space, network), 0);
}

TEST(MetricModelWithTiling, ComesBackExactly) {
  Tiling tiling;
  tiling.crossbar_rows = 128;
  const MetricModel model{0.5, {{"tiles", 2}, {"hop_flits.1", 1e-9}}, tiling};
  const Json json = to_json(model);
  const MetricModel read = metric_model_from_json(Json::parse(json.dump()));
  EXPECT_EQ(to_json(read), json);
  EXPECT_EQ(read.tiling, tiling);
  EXPECT_FALSE(to_json(MetricModel{0.5, {{"macs", 2}}}).contains("tiling"));
  Json damaged = json;
  damaged["tiling"] = 3;
  EXPECT_THROW(metric_model_from_json(damaged), Error);
}

}  // namespace
}  // namespace flash
