// Groups of weights: which there are, which stay, and what dies with what.
#include "flash/imc/weight_groups.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "flash/core/error.hpp"
#include "networks.hpp"

namespace flash::test {
namespace {

struct Chip {
  ImcDesign design;
  std::vector<MaskedLayer> layers;
  TiledNetwork tiled;
  std::vector<WeightGroup> groups;
  std::int64_t all = 0;
};

Chip small_tiles(const char* preset = "shapes-mini", std::uint64_t id = 3) {
  const Space space = preset_space(preset);
  Chip chip;
  Tiling& tiling = chip.design.tiling;
  tiling.crossbar_rows = tiling.crossbar_columns = 32;
  tiling.tile_rows = tiling.tile_columns = 1;
  chip.layers = masked_layers(space.lower(space.point(id), 1));
  chip.tiled = dense_tiles(tiling, chip.layers);
  chip.groups = tile_groups(chip.design, chip.layers, chip.tiled, Mesh(chip.tiled.tiles));
  chip.all = kept_weights(dense_masks(chip.layers));
  return chip;
}

std::vector<std::vector<float>> drawn_weights(const Chip& chip, std::uint64_t seed) {
  Philox random(seed);
  std::vector<std::vector<float>> weights;
  for (const MaskedLayer& layer : chip.layers) {
    weights.emplace_back(layer.weights());
    for (float& weight : weights.back()) weight = static_cast<float>(random.normal());
  }
  return weights;
}

bool lives(const Chip& chip, const WeightMasks& masks, const WeightGroup& group) {
  const auto l = static_cast<std::size_t>(group.layer);
  for (int o = group.first_output; o < group.first_output + group.outputs; ++o)
    for (int row = group.first_row; row < group.first_row + group.rows; ++row)
      if (masks[l][chip.layers[l].place(static_cast<std::size_t>(o), static_cast<std::size_t>(row))] != 0)
        return true;
  return false;
}

TEST(WeightGroups, AreAllWeightsOfTheirLayersOnce) {
  const Chip chip = small_tiles();
  std::vector<std::vector<int>> met;
  for (const MaskedLayer& layer : chip.layers) met.emplace_back(layer.weights());
  for (const WeightGroup& group : chip.groups)
    for (int o = group.first_output; o < group.first_output + group.outputs; ++o)
      for (int row = group.first_row; row < group.first_row + group.rows; ++row) {
        const auto l = static_cast<std::size_t>(group.layer);
        ++met[l][chip.layers[l].place(static_cast<std::size_t>(o), static_cast<std::size_t>(row))];
        EXPECT_EQ(row / static_cast<int>(chip.layers[l].taps()), group.channel);
      }
  for (std::size_t l = 0; l < met.size(); ++l) {
    const int each = l == 0 || l + 1 == met.size() ? 0 : 1;
    EXPECT_TRUE(std::ranges::all_of(met[l], [&](int times) { return times == each; })) << l;
  }
}

TEST(WeightGroups, WithoutLambdaTheLargestStayAndWithMuchTheNearest) {
  const Chip chip = small_tiles();
  const auto weights = drawn_weights(chip, 5);
  const auto mean_hops = [&](double lambda) {
    const WeightMasks masks = best_groups(
        chip.layers, chip.groups, group_scores(chip.layers, chip.groups, weights, lambda), chip.all / 2);
    EXPECT_LE(kept_weights(masks), chip.all / 2);
    EXPECT_GT(kept_weights(masks), chip.all * 2 / 5);
    double hops = 0, kept = 0;
    for (const WeightGroup& group : chip.groups) {
      if (!lives(chip, masks, group)) continue;
      hops += group.hops;
      ++kept;
    }
    return hops / kept;
  };
  EXPECT_LT(mean_hops(10), 0.8 * mean_hops(0));
}

// By trying every number of groups in the order of scores.
TEST(WeightGroups, AsManyStayAsMay) {
  const Chip chip = small_tiles();
  const std::vector<double> scores = group_scores(chip.layers, chip.groups, drawn_weights(chip, 6), 0.5);
  const WeightMasks masks = best_groups(chip.layers, chip.groups, scores, chip.all / 4);
  const std::int64_t kept = kept_weights(masks);
  EXPECT_LE(kept, chip.all / 4);
  std::int64_t largest = 0;
  for (const WeightGroup& group : chip.groups) largest = std::max(largest, group.weights());
  EXPECT_GT(kept + 40 * largest, chip.all / 4);
  WeightMasks again = masks;
  remove_dead(chip.layers, again);
  EXPECT_EQ(again, masks);
}

TEST(WeightGroups, FiltersTakeWhatReadsThemAlong) {
  const Chip chip = small_tiles();
  const std::vector<WeightGroup> filters = filter_groups(chip.layers);
  const WeightMasks masks = best_groups(
      chip.layers, filters, group_scores(chip.layers, filters, drawn_weights(chip, 7), 0), chip.all / 4);
  const auto living = living_outputs(chip.layers, masks);
  std::size_t dead = 0;
  for (std::size_t l = 0; l < chip.layers.size(); ++l)
    for (std::size_t o = 0; o < chip.layers[l].outputs(); ++o)
      for (std::size_t k = 0; k < chip.layers[l].width(); ++k) {
        const ChannelOrigin from = chip.layers[l].reads[k / chip.layers[l].taps()];
        if (from.layer < 0 ||
            living[static_cast<std::size_t>(from.layer)][static_cast<std::size_t>(from.output)] != 0)
          continue;
        ++dead;
        EXPECT_EQ(masks[l][o * chip.layers[l].width() + k], 0);
      }
  EXPECT_GT(dead, 0U);
}

TEST(WeightGroups, DrawnOnesAreNearerTheLargerAlphaIsAndReadEveryColumn) {
  const Chip chip = small_tiles();
  const auto mean_hops = [&](double alpha) {
    const WeightMasks masks =
        best_groups(chip.layers, chip.groups, drawn_scores(chip.groups, alpha, 3), chip.all / 2);
    EXPECT_LE(kept_weights(masks), chip.all / 2);
    EXPECT_EQ(masks,
              best_groups(chip.layers, chip.groups, drawn_scores(chip.groups, alpha, 3), chip.all / 2));
    double hops = 0, kept = 0;
    std::set<std::pair<int, int>> columns, met;
    for (const WeightGroup& group : chip.groups) {
      columns.emplace(group.layer, group.column);
      if (!lives(chip, masks, group)) continue;
      met.emplace(group.layer, group.column);
      hops += group.hops;
      ++kept;
    }
    EXPECT_EQ(met, columns);
    return hops / kept;
  };
  EXPECT_LT(mean_hops(4), mean_hops(0));
}

TEST(WeightGroups, ASparsityThatCutsALayerOffIsRefused) {
  const Chip chip = small_tiles();
  const std::vector<double> scores(chip.groups.size(), 1.0);
  EXPECT_THROW(best_groups(chip.layers, chip.groups, scores, 10), Error);
}

}  // namespace
}  // namespace flash::test
