// Which layers stay dense: held against all subsets on small cases.
#include "flash/compress/dense_layers.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "flash/core/random.hpp"

namespace flash {
namespace {

using Counts = std::vector<std::size_t>;

// Keeps a share of all that is the same for all layers that are not dense, of `count` in all.
Counts evenly(const std::vector<LayerGain>& layers, std::size_t count, const std::vector<bool>& dense) {
  Counts keep(layers.size());
  double free = 0, left = static_cast<double>(count);
  for (std::size_t l = 0; l < layers.size(); ++l)
    dense[l] ? left -= static_cast<double>(layers[l].weights)
             : free += static_cast<double>(layers[l].weights);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const auto all = static_cast<double>(layers[l].weights);
    keep[l] = dense[l] ? layers[l].weights
                       : static_cast<std::size_t>(std::max(1.0, std::min(all, all * left / free)));
  }
  return keep;
}

bool stable(const std::vector<LayerGain>& layers, const Counts& keep, const std::vector<bool>& dense) {
  for (std::size_t l = 0; l < layers.size(); ++l)
    if (!dense[l] && keep[l]<layers[l].weights&& static_cast<double>(keep[l])> layers[l].break_even *
                         static_cast<double>(layers[l].weights))
      return false;
  return true;
}

// Where denser others mean fewer weights for the rest, the least dense set is the one that is in every stable one.
TEST(DenseLayers, AreTheLeastSetAfterWhichAllGain) {
  Philox random(3);
  int some = 0;
  for (int trial = 0; trial < 500; ++trial) {
    std::vector<LayerGain> layers(2 + random.below(5));
    std::size_t all = 0;
    for (LayerGain& layer : layers) {
      layer = {100 + random.below(10'000), random.uniform() * 0.6};
      all += layer.weights;
    }
    const std::size_t count = all / (2 + random.below(20));
    int calls = 0;
    const auto choose = [&](const std::vector<bool>& dense) {
      ++calls;
      return evenly(layers, count, dense);
    };
    const ChosenCounts chosen = settle_dense(layers, choose);
    EXPECT_LE(calls, static_cast<int>(layers.size()) + 1);
    EXPECT_TRUE(stable(layers, chosen.keep, chosen.dense));
    EXPECT_EQ(chosen.keep, evenly(layers, count, chosen.dense));
    // What was above at first is dense; all of its weights are kept.
    const Counts first = evenly(layers, count, std::vector<bool>(layers.size()));
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const bool above =
          static_cast<double>(first[l]) > layers[l].break_even * static_cast<double>(layers[l].weights);
      EXPECT_EQ(chosen.dense[l], above) << "shares of the others fall, so that no more become dense";
      if (chosen.dense[l]) {
        EXPECT_EQ(chosen.keep[l], layers[l].weights);
        ++some;
      }
    }
  }
  EXPECT_GT(some, 100);
}

// The others get what is left by size, which may lift one above its own break-even: it follows.
TEST(DenseLayers, MayFollowEachOther) {
  const std::vector<LayerGain> layers{{100, 0.1}, {100, 0.3}, {100, 1}};
  std::vector<std::vector<bool>> asked;
  const ChosenCounts chosen = settle_dense(layers, [&](const std::vector<bool>& dense) {
    asked.push_back(dense);
    if (dense[1]) return Counts{100, 100, 5};
    if (dense[0]) return Counts{100, 40, 10};
    return Counts{20, 30, 40};
  });
  EXPECT_EQ(asked.size(), 3U);
  EXPECT_EQ(chosen.dense, (std::vector<bool>{true, true, false}));
  EXPECT_EQ(chosen.keep, (Counts{100, 100, 5}));
}

TEST(DenseLayers, NoneWherePruningAlwaysPaysOrNothingIsPruned) {
  const auto keep = [](Counts counts) { return [counts](const std::vector<bool>&) { return counts; }; };
  EXPECT_EQ(settle_dense(std::vector<LayerGain>{{10, 1}, {10, 0.5}}, keep({9, 5})).dense,
            (std::vector<bool>{false, false}));
  // One that keeps all anyhow is dense already.
  EXPECT_EQ(settle_dense(std::vector<LayerGain>{{10, 0}, {10, 0.5}}, keep({10, 5})).dense,
            (std::vector<bool>{false, false}));
  EXPECT_EQ(settle_dense(std::vector<LayerGain>{{10, 0}, {10, 0}}, keep({1, 1})).dense,
            (std::vector<bool>{true, true}));
}

}  // namespace
}  // namespace flash
