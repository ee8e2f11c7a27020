// Projections against brute force.
#include "flash/compress/projection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "flash/core/random.hpp"

namespace flash {
namespace {

std::vector<float> random_weights(std::size_t count, std::uint64_t seed) {
  Philox random(seed);
  std::vector<float> weights;
  for (std::size_t k = 0; k < count; ++k) weights.push_back(static_cast<float>(random.normal()));
  return weights;
}

std::size_t count(const KeptWeights& kept) {
  return std::accumulate(kept.begin(), kept.end(), std::size_t{0});
}

TEST(Largest, KeepsTheLargestAndOfEqualOnesTheFirst) {
  const std::vector<float> weights{1, -3, 2, -2, 0, 3};
  EXPECT_EQ(largest(weights, 3), (KeptWeights{0, 1, 1, 0, 0, 1}));
  EXPECT_EQ(largest(weights, 0), KeptWeights(6));
  EXPECT_EQ(count(largest(weights, 6)), 6u);
  const KeptWeights allowed{1, 0, 0, 1, 1, 1};
  EXPECT_EQ(largest(weights, 2, allowed), (KeptWeights{0, 0, 0, 1, 0, 1}));
  EXPECT_EQ(count(largest(weights, 9, allowed)), 4u);
}

TEST(LargestGroups, KeepWholeGroups) {
  // Two filters of three, columns in pairs.
  const std::vector<float> weights{1, 1, 5, 2, 2, 0};
  const WeightGroups filters{2, 3, 1, 3};
  EXPECT_EQ(largest_groups(weights, filters, 3), (KeptWeights{1, 1, 1, 0, 0, 0}));
  const WeightGroups pairs{2, 3, 2, 2};
  ASSERT_EQ(pairs.count(), 2u);
  EXPECT_EQ(largest_groups(weights, pairs, 2), (KeptWeights{0, 0, 1, 0, 0, 1}));
  EXPECT_EQ(count(largest_groups(weights, pairs, 5)), 2u);    // both would be six
  EXPECT_EQ(count(largest_groups(weights, filters, 1)), 3u);  // one at least
}

double error(const std::vector<float>& weights, const Levels& levels) {
  double sum = 0;
  for (const float w : weights) {
    const double weight = static_cast<double>(w);
    sum += std::pow(weight - levels.step * levels.code(weight), 2);
  }
  return sum;
}

TEST(Levels, AreNearAndWithoutZero) {
  const Levels levels{3, 0.5};
  EXPECT_EQ(levels.code(0.01), 1);
  EXPECT_EQ(levels.code(-0.01), -1);
  EXPECT_EQ(levels.code(0.75), 1);  // half way: the smaller
  EXPECT_EQ(levels.code(0.76), 2);
  EXPECT_EQ(levels.code(-100), -4);
}

TEST(Levels, NoOtherStepHasALesserError) {
  for (const int bits : {1, 2, 3, 4, 6})
    for (std::uint64_t seed = 1; seed < 8; ++seed) {
      const std::vector<float> weights = random_weights(60, seed);
      const Levels best = nearest_levels(weights, {}, bits);
      const double least = error(weights, best);
      for (int k = 1; k < 4'000; ++k)
        EXPECT_GE(error(weights, {bits, 0.001 * k}), least * (1 - 1e-12))
            << bits << " bits, step " << 0.001 * k;
    }
}

TEST(Levels, OfManyWeightsAreNearlyTheBest) {
  const std::vector<float> weights = random_weights(200'000, 3);
  const Levels of_eight = nearest_levels(weights, {}, 8);  // too many changes of level to walk over all
  double least = error(weights, of_eight);
  for (int k = -10; k <= 10; ++k)
    EXPECT_GE(error(weights, {8, of_eight.step * (1 + 0.01 * k)}), least * 0.999);
}

TEST(Levels, WhatIsPrunedDoesNotCount) {
  const std::vector<float> weights{0.5F, 100, -0.5F, 1.0F};
  const Levels levels = nearest_levels(weights, KeptWeights{1, 0, 1, 1}, 2);
  EXPECT_NEAR(levels.step, 0.5, 1e-12);
  EXPECT_EQ(nearest_levels(weights, KeptWeights(4), 2).step, 0);
}

TEST(SharesOfLayers, NoneIsEmptiedAndAllAreGivenOut) {
  const std::vector<float> large = random_weights(1'000, 1);
  std::vector<float> small = random_weights(50, 2);
  for (float& weight : small) weight *= 1e-4F;
  const std::vector<LayerWeights> layers{{large, {}}, {small, {}}};
  for (const std::size_t keep : {2UL, 50UL, 500UL, 1'050UL}) {
    const std::vector<std::size_t> shares = shares_of_layers(layers, keep);
    EXPECT_EQ(shares[0] + shares[1], keep);
    EXPECT_GE(shares[0], 1u);
    EXPECT_GE(shares[1], 1u);
  }
  // What counts is a weight's size relative to its layer, whatever the layer's scale.
  std::vector<float> scaled = random_weights(50, 2);
  EXPECT_EQ(shares_of_layers(layers, 200),
            shares_of_layers(std::vector<LayerWeights>{{large, {}}, {scaled, {}}}, 200));
}

}  // namespace
}  // namespace flash
