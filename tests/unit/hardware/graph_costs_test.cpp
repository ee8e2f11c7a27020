#include "flash/hardware/graph_costs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "flash/core/random.hpp"
#include "flash/topology/costs.hpp"

namespace flash {
namespace {

// A cell's activations worked out layer by layer from the text of the header, without lifetimes: what is held
// beside what the step in hand reads and writes. In values.
std::int64_t peak_by_hand(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc) {
  const std::vector<Layer> layers = cell_layers(space, stratum, cell, tc);
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
    if (space.family == Family::dense_cells && space.block == Block::depthwise && (cell > 0 || index > 0)) {
      const std::int64_t first = layer.out * square(layer.side_in);
      most = std::max({most, held + read + first, held + first + out, held + out + out});
    } else {
      most = std::max(most, held + read + out);
    }
    outputs.push_back(out);
    before = out;
  }
  if (static_cast<std::size_t>(cell) + 1 == stratum.cells() && space.family == Family::dense_cells) {
    const std::int64_t pooled = layers.back().out * square(layers.back().side_out / 2);
    most = std::max({most, before + pooled, pooled + space.input.classes});
  }
  return most;
}

SpaceDefinition definition(Family family, Block block) {
  SpaceDefinition space;
  space.family = family;
  space.block = block;
  space.widths = family == Family::mlp_cells ? std::vector<int>{5} : std::vector<int>{3, 4, 6};
  space.wm = {1, 2};
  space.depths = {3, 4, 7};
  space.input = {3, 20, 10};
  return space;
}

TEST(GraphCosts, EqualWhatIsWorkedOutByHand) {
  for (const Family family : {Family::dense_cells, Family::mlp_cells})
    for (const Block block : {Block::regular, Block::depthwise}) {
      const Space space(definition(family, block));
      for (const Stratum& stratum : space.strata())
        for (std::size_t c = 0; c < space.cells(); ++c) {
          const int cell = static_cast<int>(c);
          std::vector<int> tcs;
          for (std::int64_t k = 0; k < stratum.options[c]; ++k) tcs.push_back(stratum.skip(k));
          const auto parameters = exact_sums(Metric::parameters, space.definition(), stratum, cell, tcs);
          const auto macs = exact_sums(Metric::macs, space.definition(), stratum, cell, tcs);
          const auto weights = exact_sums(Metric::peak_memory, space.definition(), stratum, cell, tcs);
          const auto peaks = exact_maxima(Metric::peak_memory, space.definition(), stratum, cell, tcs);
          for (std::size_t k = 0; k < tcs.size(); ++k) {
            const Costs costs = cell_costs(space.definition(), stratum, cell, tcs[k]);
            EXPECT_EQ(parameters[k], static_cast<double>(costs.parameters));
            EXPECT_EQ(macs[k], static_cast<double>(costs.macs));
            EXPECT_EQ(weights[k], parameters[k] / 256);
            const std::int64_t peak = peak_by_hand(space.definition(), stratum, cell, tcs[k]);
            EXPECT_EQ(peaks[k], static_cast<double>(peak) / 256) << "cell " << cell << ", tc " << tcs[k];
          }
          for (const auto& table : {parameters, macs, weights, peaks})
            EXPECT_TRUE(std::ranges::is_sorted(table));
        }
    }
}

TEST(GraphCosts, OfANetworkAreSumsAndTheLargestCell) {
  const Space space(definition(Family::dense_cells, Block::regular));
  Philox random(3);
  for (int draw = 0; draw < 50; ++draw) {
    const Configuration network = space.configuration(random.below(space.size()));
    const Costs costs = network_costs(space, network);
    EXPECT_EQ(exact_value(Metric::parameters, space, network), static_cast<double>(costs.parameters));
    EXPECT_EQ(exact_value(Metric::macs, space, network), static_cast<double>(costs.macs));
    std::int64_t most = 0;
    for (std::size_t c = 0; c < space.cells(); ++c)
      most = std::max(most, peak_by_hand(space.definition(), space.stratum_of(space.id(network)),
                                         static_cast<int>(c), network.skips[c]));
    EXPECT_EQ(exact_value(Metric::peak_memory, space, network),
              static_cast<double>(costs.parameters + most) / 256);
  }
}

}  // namespace
}  // namespace flash
