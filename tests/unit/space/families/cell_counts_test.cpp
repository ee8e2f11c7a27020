// What networks of cells cost, against the networks written out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "../../cell_networks.hpp"
#include "flash/core/random.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

using test::CellNetwork;
using test::network_of;
using test::point_of;

// A network written out module by module, as one would build it; every module counts for itself.
struct Counter {
  Counts counts;
  std::int64_t side = 0;

  void convolution(std::int64_t in, std::int64_t out, int kernel, int stride, std::int64_t groups = 1) {
    const std::int64_t padding = kernel / 2;
    side = (side + 2 * padding - kernel) / stride + 1;
    counts.parameters += in / groups * out * kernel * kernel;
    for (std::int64_t pixel = 0; pixel < side; ++pixel)
      counts.macs += side * (in / groups) * out * kernel * kernel;
  }
  void norm(std::int64_t channels) { counts.parameters += 2 * channels; }
  void linear(std::int64_t in, std::int64_t out) {
    counts.parameters += in * out + out;
    counts.macs += in * out;
  }
};

Counts written_out_dense(const CellSpace& space, const CellNetwork& network) {
  Counter counter;
  counter.side = space.input.side;
  std::int64_t previous = space.input.channels;
  const auto block = [&](std::int64_t in, std::int64_t out, int stride, bool first) {
    counter.counts.traffic += in * counter.side * counter.side;
    counter.counts.layers += 1;
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
  counter.counts.layers += 1;
  counter.counts.traffic += previous * counter.side * counter.side;
  if (space.head_norm) counter.norm(previous);
  counter.side /= 2;
  counter.linear(previous * counter.side * counter.side, space.input.classes);
  return counter.counts;
}

Counts written_out_mlp(const CellSpace& space, const CellNetwork& network) {
  Counter counter;
  const std::int64_t width = std::int64_t{network.wm} * space.widths[0];
  const int depth = network.depths[0];
  for (int layer = 0; layer < depth; ++layer) {
    std::int64_t read = std::int64_t{space.input.channels} * space.input.side * space.input.side;
    if (layer == 1) read = width;
    if (layer >= 2) read = width + std::min<std::int64_t>(network.skips[0], width * (layer - 1));
    counter.linear(read, layer == depth - 1 ? space.input.classes : width);
    counter.counts.traffic += read;
    counter.counts.layers += 1;
  }
  return counter.counts;
}

void expect_equal_on_random_networks(const CellSpace& definition) {
  const Space space(definition);
  Philox random(5);
  for (int i = 0; i < 300; ++i) {
    const Point point = space.point(random.below(space.size()));
    const CellNetwork network = network_of(space, point);
    const Counts expected = definition.family == "mlp-cells" ? written_out_mlp(definition, network)
                                                             : written_out_dense(definition, network);
    for (const Counts& counted : {space.counts(point), counts(space.lower(point, 1))}) {
      ASSERT_EQ(counted.macs, expected.macs) << network;
      ASSERT_EQ(counted.parameters, expected.parameters) << network;
      ASSERT_EQ(counted.traffic, expected.traffic) << network;
      ASSERT_EQ(counted.layers, expected.layers) << network;
    }
  }
}

TEST(NetworkCounts, EqualTheNetworkWrittenOut) {
  for (const char* family : {"dense-cells", "mlp-cells"})
    for (const Preset& preset : find_family(family)->presets) {
      SCOPED_TRACE(preset.name);
      expect_equal_on_random_networks(CellSpace::from(preset.definition));
    }
}

TEST(NetworkCounts, EqualTheNetworkWrittenOutForOtherShapes) {
  for (const int side : {7, 8, 29, 32}) {  // odd sides round up at stride 2 and down at the pool
    for (const Block block : {Block::regular, Block::depthwise}) {
      for (const bool head_norm : {true, false}) {
        CellSpace definition;
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

TEST(NetworkCounts, KnowTheSmallestAndTheLargestNetworkOfThePaperSizedSpace) {
  const Space space(find_preset("flash-63b")->definition);
  const Counts smallest = space.counts(space.point(0));
  EXPECT_EQ(smallest.macs, 31'123'456);
  EXPECT_EQ(smallest.parameters, 228'506);
  EXPECT_EQ(smallest.layers, 16);
  const Counts largest = space.counts(space.point(space.size() - 1));
  EXPECT_EQ(largest.macs, 16'138'942'464);
  EXPECT_EQ(largest.parameters, 110'580'826);
  EXPECT_EQ(largest.layers, 70);
}

// Multiply-accumulates of the smallest and of the largest network, slot by slot.
std::pair<double, double> range_of_macs(const Space& space) {
  const Quantities& quantities = count_quantities();
  const auto columns = space.geometry().columns(quantities);
  const auto macs =
      static_cast<std::size_t>(std::ranges::find(quantities.names(), "macs") - quantities.names().begin());
  std::pair range{std::numeric_limits<double>::infinity(), 0.0};
  for (const Stratum& stratum : space.strata()) {
    double low = 0, high = 0;
    for (std::size_t slot = 0; slot < stratum.cells(); ++slot) {
      const SlotColumns::Column column = columns->column(stratum.shape, slot, macs);
      low += column.min();
      high += column.max();
    }
    range = {std::min(range.first, low), std::max(range.second, high)};
  }
  return range;
}

TEST(NetworkCounts, LieWithinThePresetsDescriptions) {
  for (const Preset* preset : presets()) {
    const auto [least, most] = range_of_macs(Space(preset->definition));
    const double low = least / 1e6, high = most / 1e6;
    std::array<char, 64> text{};
    const char* form = low == high ? "of %.1f MMAC"
                       : low < 0.1 ? "of %.2f to %.2f MMAC"
                                   : "of %.1f to %.1f MMAC";
    std::snprintf(text.data(), text.size(), form, low, high);
    EXPECT_THAT(preset->description, testing::HasSubstr(text.data())) << preset->name;
  }
}

TEST(NetworkCounts, AreTheSumOfTheCells) {
  for (const Preset* preset : presets()) {
    const Space space(preset->definition);
    const Point network = space.point(space.count() / 3 * 2);
    Counts sum;
    for (std::size_t cell = 0; cell < space.stratum(network).cells(); ++cell)
      for (const Operator& op : space.part(network, cell)) sum += counts(op);
    EXPECT_EQ(sum, space.counts(network));
  }
}

TEST(CellCounts, NeverFallWithTheSkips) {
  for (const Block block : {Block::regular, Block::depthwise}) {
    CellSpace definition = CellSpace::from(find_preset("cifar-small")->definition);
    definition.block = block;
    const Space space(definition);
    const Stratum& stratum = space.strata().back();
    const std::vector<int> widths = test::widths_of(space, stratum);
    for (std::size_t cell = 0; cell < 3; ++cell) {
      const auto cell_counts = [&](int tc) {
        return counts(space.geometry().part(stratum.shape, cell, -1, tc));
      };
      Counts before = cell_counts(0);
      for (int tc = 1; tc <= widths[cell] * 8; ++tc) {
        const Counts now = cell_counts(tc);
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
  const Space space(find_preset("flash-63b")->definition);
  const Point network = point_of(space, {1, {5, 5, 5}, {0, 40, 0}});
  const NetworkGraph graph = space.lower(network, 1);
  std::vector<Operator> convolutions;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    if (node.slot != 1) continue;
    const int layer = static_cast<int>(convolutions.size());
    if (node.op.kind == Operator::Kind::gather) {
      EXPECT_EQ(node.layer, layer);
      EXPECT_EQ(graph.channels(node.reads.front()), 32);  // of the layer before, whole
      EXPECT_THAT(node.columns.front(), testing::IsEmpty());
      std::size_t skip = 0;
      for (const std::vector<int>& columns : std::span(node.columns).subspan(1)) skip += columns.size();
      EXPECT_EQ(skip, layer == 2 ? 32u : 40u);
    }
    if (node.op.kind != Operator::Kind::convolution) continue;
    EXPECT_EQ(node.layer, layer);
    convolutions.push_back(node.op);
  }
  ASSERT_EQ(convolutions.size(), 5u);
  const std::vector<int> reads{16, 32, 32 + 32, 32 + 40, 32 + 40};
  for (std::size_t i = 0; i < convolutions.size(); ++i) {
    EXPECT_EQ(convolutions[i].in, reads[i]);
    EXPECT_EQ(convolutions[i].out, 32);
    EXPECT_EQ(convolutions[i].stride, i == 0 ? 2 : 1);
    EXPECT_EQ(convolutions[i].side_in, i == 0 ? 32 : 16);
    EXPECT_EQ(convolutions[i].side_out, 16);
  }
}

TEST(NetworkCounts, StayWithin63BitsForTheLargestSpaceAllowed) {
  CellSpace definition;
  definition.widths = {65'536};
  definition.wm = {1};
  definition.depths = {20};
  definition.input = {65'536, 128, 1'000};
  const Space space(definition);
  const Counts largest = space.counts(space.point(space.size() - 1));
  EXPECT_GT(largest.macs, std::int64_t{1} << 50);
  EXPECT_GT(largest.parameters, 0);
}

}  // namespace
}  // namespace flash
