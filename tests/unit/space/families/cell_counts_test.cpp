#include "flash/topology/costs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "flash/core/random.hpp"
#include "flash/space/presets.hpp"

namespace flash {
namespace {

// A network written out module by module, as one would build it; every module counts for itself.
struct Counter {
  Costs costs;
  std::int64_t side = 0;

  void convolution(std::int64_t in, std::int64_t out, int kernel, int stride, std::int64_t groups = 1) {
    const std::int64_t padding = kernel / 2;
    side = (side + 2 * padding - kernel) / stride + 1;
    costs.parameters += in / groups * out * kernel * kernel;
    for (std::int64_t pixel = 0; pixel < side; ++pixel)
      costs.macs += side * (in / groups) * out * kernel * kernel;
  }
  void norm(std::int64_t channels) { costs.parameters += 2 * channels; }
  void linear(std::int64_t in, std::int64_t out) {
    costs.parameters += in * out + out;
    costs.macs += in * out;
  }
};

Costs written_out_dense(const SpaceDefinition& space, const Configuration& network) {
  Counter counter;
  counter.side = space.input.side;
  std::int64_t previous = space.input.channels;
  const auto block = [&](std::int64_t in, std::int64_t out, int stride, bool first) {
    counter.costs.traffic += in * counter.side * counter.side;
    counter.costs.layers += 1;
    if (space.block == Block::regular || first) {
      counter.convolution(in, out, 3, stride);
      return;
    }
    counter.convolution(in, out, 1, 1);
    counter.norm(out);
    counter.convolution(out, out, 3, stride, out);
    counter.norm(out);
    counter.convolution(out, out, 1, 1);
    counter.norm(out);
  };
  for (std::size_t cell = 0; cell < space.widths.size(); ++cell) {
    const std::int64_t width = std::int64_t{network.wm} * space.widths[cell];
    block(previous, width, cell == 0 ? 1 : 2, cell == 0);
    counter.norm(width);
    block(width, width, 1, false);
    counter.norm(width);
    for (int layer = 2; layer < network.depths[cell]; ++layer) {
      const std::int64_t read = width + std::min<std::int64_t>(network.skips[cell], width * (layer - 1));
      counter.norm(read);
      block(read, width, 1, false);
    }
    previous = width;
  }
  counter.costs.layers += 1;
  counter.costs.traffic += previous * counter.side * counter.side;
  if (space.head_norm) counter.norm(previous);
  counter.side /= 2;
  counter.linear(previous * counter.side * counter.side, space.input.classes);
  return counter.costs;
}

Costs written_out_mlp(const SpaceDefinition& space, const Configuration& network) {
  Counter counter;
  const std::int64_t width = std::int64_t{network.wm} * space.widths[0];
  const int depth = network.depths[0];
  for (int layer = 0; layer < depth; ++layer) {
    std::int64_t read = std::int64_t{space.input.channels} * space.input.side * space.input.side;
    if (layer == 1) read = width;
    if (layer >= 2) read = width + std::min<std::int64_t>(network.skips[0], width * (layer - 1));
    counter.linear(read, layer == depth - 1 ? space.input.classes : width);
    counter.costs.traffic += read;
    counter.costs.layers += 1;
  }
  return counter.costs;
}

void expect_equal_on_random_networks(const SpaceDefinition& definition) {
  const Space space(definition);
  Philox random(5);
  for (int i = 0; i < 300; ++i) {
    const Configuration network = space.configuration(random.below(space.size()));
    const Costs expected = definition.family == Family::mlp_cells ? written_out_mlp(definition, network)
                                                                  : written_out_dense(definition, network);
    const Costs counted = network_costs(space, network);
    ASSERT_EQ(counted.macs, expected.macs);
    ASSERT_EQ(counted.parameters, expected.parameters);
    ASSERT_EQ(counted.traffic, expected.traffic);
    ASSERT_EQ(counted.layers, expected.layers);
  }
}

TEST(NetworkCosts, EqualTheNetworkWrittenOut) {
  for (const Preset& preset : presets()) {
    SCOPED_TRACE(preset.name);
    expect_equal_on_random_networks(preset.definition);
  }
}

TEST(NetworkCosts, EqualTheNetworkWrittenOutForOtherShapes) {
  for (const int side : {7, 8, 29, 32}) {  // odd sides round up at stride 2 and down at the pool
    for (const Block block : {Block::regular, Block::depthwise}) {
      for (const bool head_norm : {true, false}) {
        SpaceDefinition definition;
        definition.block = block;
        definition.head_norm = head_norm;
        definition.widths = {3, 8, 5};  // not only doubling
        definition.depths = {3, 4, 7};
        definition.depth_mode = DepthMode::separate;
        definition.input = {1, side, 13};
        expect_equal_on_random_networks(definition);
        definition.widths = {6};
        expect_equal_on_random_networks(definition);
      }
    }
  }
}

TEST(NetworkCosts, KnowTheSmallestAndTheLargestNetworkOfThePaperSizedSpace) {
  const Space space(find_preset("flash-63b")->definition);
  const Costs smallest = network_costs(space, space.configuration(0));
  EXPECT_EQ(smallest.macs, 31'123'456);
  EXPECT_EQ(smallest.parameters, 228'506);
  EXPECT_EQ(smallest.layers, 16);
  const Costs largest = network_costs(space, space.configuration(space.size() - 1));
  EXPECT_EQ(largest.macs, 16'138'942'464);
  EXPECT_EQ(largest.parameters, 110'580'826);
  EXPECT_EQ(largest.layers, 70);
}

TEST(NetworkCosts, LieWithinThePresetsDescriptions) {
  for (const Preset& preset : presets()) {
    const Space space(preset.definition);
    const double low = static_cast<double>(network_costs(space, space.configuration(0)).macs) / 1e6;
    const double high =
        static_cast<double>(network_costs(space, space.configuration(space.size() - 1)).macs) / 1e6;
    std::array<char, 64> text{};
    const char* form = low < 0.1 ? "of %.2f to %.2f MMAC" : "of %.1f to %.1f MMAC";
    std::snprintf(text.data(), text.size(), form, low, high);
    EXPECT_THAT(preset.description, testing::HasSubstr(text.data()));
  }
}

TEST(NetworkCosts, AreTheSumOfTheCells) {
  for (const Preset& preset : presets()) {
    const Space space(preset.definition);
    const Configuration network = space.configuration(space.size() * 2 / 3);
    const Stratum& stratum = space.stratum_of(space.id(network));
    Costs sum = head_costs(preset.definition, stratum);
    for (std::size_t cell = 0; cell < space.cells(); ++cell)
      for (const Layer& layer :
           cell_layers(preset.definition, stratum, static_cast<int>(cell), network.skips[cell]))
        sum += layer_costs(preset.definition, layer);
    EXPECT_EQ(sum, network_costs(space, network));
  }
}

TEST(CellCosts, NeverFallWithTheSkips) {
  for (const Block block : {Block::regular, Block::depthwise}) {
    SpaceDefinition definition = find_preset("cifar-small")->definition;
    definition.block = block;
    const Space space(definition);
    const Stratum& stratum = space.strata().back();
    for (int cell = 0; cell < 3; ++cell) {
      Costs before = cell_costs(definition, stratum, cell, 0);
      for (int tc = 1; tc <= stratum.widths[static_cast<std::size_t>(cell)] * 8; ++tc) {
        const Costs now = cell_costs(definition, stratum, cell, tc);
        EXPECT_GT(now.macs, before.macs);
        EXPECT_GT(now.parameters, before.parameters);
        EXPECT_GT(now.traffic, before.traffic);
        EXPECT_EQ(now.layers, before.layers);
        before = now;
      }
    }
  }
}

TEST(CellLayers, ChainTheirShapes) {
  const SpaceDefinition definition = find_preset("flash-63b")->definition;
  const Space space(definition);
  const Stratum& stratum = space.strata().front();  // wm 1, depth 5
  const std::vector<Layer> layers = cell_layers(definition, stratum, 1, 40);
  ASSERT_EQ(layers.size(), 5u);
  const std::vector<int> reads{16, 32, 32 + 32, 32 + 40, 32 + 40};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    EXPECT_EQ(layers[i].cell, 1);
    EXPECT_EQ(layers[i].index, static_cast<int>(i));
    EXPECT_EQ(layers[i].in, reads[i]);
    EXPECT_EQ(layers[i].skip, i < 2 ? 0 : layers[i].in - 32);
    EXPECT_EQ(layers[i].out, 32);
    EXPECT_EQ(layers[i].stride, i == 0 ? 2 : 1);
    EXPECT_EQ(layers[i].side_in, i == 0 ? 32 : 16);
    EXPECT_EQ(layers[i].side_out, 16);
  }
}

TEST(Costs, StayWithin63BitsForTheLargestSpaceAllowed) {
  SpaceDefinition definition;
  definition.widths = {65'536};
  definition.wm = {1};
  definition.depths = {20};
  definition.input = {65'536, 128, 1'000};
  const Space space(definition);
  const Costs costs = network_costs(space, space.configuration(space.size() - 1));
  EXPECT_GT(costs.macs, std::int64_t{1} << 50);
  EXPECT_GT(costs.parameters, 0);
}

}  // namespace
}  // namespace flash
