#include "flash/hardware/graph_costs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "../cell_networks.hpp"
#include "flash/core/random.hpp"
#include "flash/network/live_memory.hpp"
#include "flash/space/families/skips.hpp"

namespace flash {
namespace {

struct Layer {
  int index = 0;
  int in = 0;    // channels read, skips included
  int skip = 0;  // of those, t_i
  int out = 0;
  int side_in = 1;
  int side_out = 1;
};

// The layers of a cell, written out.
std::vector<Layer> layers_of(const CellSpace& space, const test::CellNetwork& network, std::size_t cell) {
  const bool dense = space.family == "dense-cells";
  const int width = network.wm * space.widths[cell];
  const auto halved = [](int side) { return (side + 1) / 2; };
  int entry = dense ? space.input.side : 1;
  for (std::size_t c = 1; c < cell; ++c) entry = halved(entry);
  const int after = dense && cell > 0 ? halved(entry) : entry;
  std::vector<Layer> layers;
  for (int index = 0; index < network.depths[cell]; ++index) {
    Layer layer{index, width, skip_channels(width, index, network.skips[cell]), width, after, after};
    if (index == 0) {
      layer.in = cell > 0 ? network.wm * space.widths[cell - 1]
                          : space.input.channels * (dense ? 1 : space.input.side * space.input.side);
      layer.side_in = entry;
    }
    layer.in += layer.skip;
    if (!dense && index + 1 == network.depths[cell]) layer.out = space.input.classes;
    layers.push_back(layer);
  }
  return layers;
}

// A cell's activations worked out layer by layer from the text of the header, without lifetimes: what is held
// beside what the step in hand reads and writes. In values.
std::int64_t peak_by_hand(const CellSpace& space, const test::CellNetwork& network, std::size_t cell) {
  const std::vector<Layer> layers = layers_of(space, network, cell);
  const int tc = network.skips[cell];
  const auto square = [](int side) { return std::int64_t{side} * side; };
  std::vector<std::int64_t> outputs;
  std::int64_t most = 0;
  std::int64_t before = layers.front().in * square(layers.front().side_in);
  for (const Layer& layer : layers) {
    const auto index = static_cast<std::size_t>(layer.index);
    const bool skips_later = tc > 0 && index + 1 < layers.size() && layers.size() > 2;
    const std::int64_t in = layer.in * square(layer.side_in);
    const std::int64_t out = layer.out * square(layer.side_out);
    const std::int64_t all = std::accumulate(outputs.begin(), outputs.end(), std::int64_t{0});
    // Of the outputs so far, those that a later layer holds: all, or without skips none.
    const std::int64_t held = skips_later ? all : 0;
    std::int64_t read = before;  // in hand while the layer runs, if not held
    if (layer.skip > 0) {
      most = std::max(most, all + in);  // gathers
      read = in;
    } else if (skips_later && index > 0) {
      read = 0;  // held already
    }
    if (space.family == "dense-cells" && space.block == Block::depthwise && (cell > 0 || index > 0)) {
      const std::int64_t first = layer.out * square(layer.side_in);
      most = std::max({most, held + read + first, held + first + out, held + out + out});
    } else {
      most = std::max(most, held + read + out);
    }
    outputs.push_back(out);
    before = out;
  }
  if (cell + 1 == space.widths.size() && space.family == "dense-cells") {
    const std::int64_t pooled = layers.back().out * square(layers.back().side_out / 2);
    most = std::max({most, before + pooled, pooled + space.input.classes});
  }
  return most;
}

CellSpace definition(const std::string& family, Block block) {
  CellSpace space;
  space.family = family;
  space.block = block;
  space.widths = family == "mlp-cells" ? std::vector<int>{5} : std::vector<int>{3, 4, 6};
  space.wm = {1, 2};
  space.depths = {3, 4, 7};
  space.input = {3, 20, 10};
  return space;
}

TEST(GraphCosts, EqualWhatIsWorkedOutByHand) {
  for (const std::string family : {"dense-cells", "mlp-cells"})
    for (const Block block : {Block::regular, Block::depthwise}) {
      const CellSpace cells = definition(family, block);
      const Space space(cells);
      FeatureColumns columns(space, std::nullopt);
      for (const Stratum& stratum : space.strata())
        for (std::size_t cell = 0; cell < space.cells(); ++cell) {
          const auto parameters = exact_sums(Metric::parameters, columns, stratum, cell);
          const auto macs = exact_sums(Metric::macs, columns, stratum, cell);
          const auto weights = exact_sums(Metric::peak_memory, columns, stratum, cell);
          const auto peaks = exact_maxima(Metric::peak_memory, space, stratum, cell);
          Point point{stratum.index, std::vector<std::int64_t>(space.cells())};
          for (std::int64_t option = 0; option < stratum.options[cell]; ++option) {
            const auto k = static_cast<std::size_t>(option);
            point.options[cell] = option;
            const Counts costs = counts(space.part(point, cell));
            EXPECT_EQ(parameters[k], static_cast<double>(costs.parameters));
            EXPECT_EQ(macs[k], static_cast<double>(costs.macs));
            EXPECT_EQ(weights[k], parameters[k] / 256);
            const test::CellNetwork network = test::network_of(space, point);
            EXPECT_EQ(peaks[k], static_cast<double>(peak_by_hand(cells, network, cell)) / 256)
                << "cell " << cell << ", " << network;
            EXPECT_EQ(space.geometry().peak(stratum.shape, cell, -1, option), 256 * peaks[k]);
          }
          for (const auto& table : {parameters, macs, weights, peaks})
            EXPECT_TRUE(std::ranges::is_sorted(table));
        }
    }
}

// What a graph holds with the channels that were drawn is no more; where all are read, it is that.
TEST(GraphCosts, PeaksHoldForEveryWiring) {
  for (const std::string family : {"dense-cells", "mlp-cells"}) {
    const Space space(definition(family, Block::depthwise));
    Philox random(7);
    for (int draw = 0; draw < 100; ++draw) {
      Point point = space.point(random.below(space.size()));
      const Stratum& stratum = space.stratum(point);
      for (const bool all : {false, true}) {
        if (all)
          for (std::size_t s = 0; s < point.options.size(); ++s) point.options[s] = stratum.options[s] - 1;
        const NetworkGraph graph = space.lower(point, random.below(1000));
        for (std::size_t slot = 0; slot < point.options.size(); ++slot) {
          const std::int64_t told = space.geometry().peak(stratum.shape, slot, -1, point.options[slot]);
          const std::int64_t lives = peak_values(graph, slot);
          EXPECT_LE(lives, told);
          if (all) {
            EXPECT_EQ(lives, told);
          }
        }
      }
    }
  }
}

TEST(GraphCosts, OfANetworkAreSumsAndTheLargestCell) {
  const CellSpace cells = definition("dense-cells", Block::regular);
  const Space space(cells);
  Philox random(3);
  for (int draw = 0; draw < 50; ++draw) {
    const Point point = space.point(random.below(space.size()));
    const Counts costs = space.counts(point);
    EXPECT_EQ(exact_value(Metric::parameters, space, point), static_cast<double>(costs.parameters));
    EXPECT_EQ(exact_value(Metric::macs, space, point), static_cast<double>(costs.macs));
    std::int64_t most = 0;
    for (std::size_t cell = 0; cell < space.cells(); ++cell)
      most = std::max(most, peak_by_hand(cells, test::network_of(space, point), cell));
    EXPECT_EQ(exact_value(Metric::peak_memory, space, point),
              static_cast<double>(costs.parameters + most) / 256);
  }
}

}  // namespace
}  // namespace flash
