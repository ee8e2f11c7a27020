// Placement: annealing against every placement there is, the bound, costs against plain sums.
#include "flash/imc/placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "flash/core/random.hpp"
#include "networks.hpp"

namespace flash {
namespace {

std::vector<Flow> random_volumes(Philox& random, int tiles, int pairs, std::int64_t most) {
  std::vector<Flow> flows;
  for (int k = 0; k < pairs; ++k) {
    const int from = static_cast<int>(random.below(static_cast<std::uint64_t>(tiles)));
    const int to = static_cast<int>(random.below(static_cast<std::uint64_t>(tiles)));
    flows.push_back(
        {from, to, 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most)))});
  }
  return pair_volumes(flows);
}

// The truth: all arrangements of the tiles on the places.
std::int64_t fewest(int side, int tiles, const std::vector<Flow>& volumes) {
  std::vector<int> spots(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  std::iota(spots.begin(), spots.end(), 0);
  std::int64_t best = -1;
  do {
    std::int64_t sum = 0;
    for (const Flow& pair : volumes) {
      const int a = spots[static_cast<std::size_t>(pair.from)], b = spots[static_cast<std::size_t>(pair.to)];
      sum += pair.flits * (std::abs(a % side - b % side) + std::abs(a / side - b / side));
    }
    if (best < 0 || sum < best) best = sum;
    std::reverse(spots.begin() + tiles, spots.end());  // places that stay empty need no order
  } while (std::next_permutation(spots.begin(), spots.end()));
  return best;
}

TEST(Placement, AnnealingFindsTheBestOfAllPlacementsOfUpTo9Tiles) {
  Philox random(3);
  for (int round = 0; round < 40; ++round) {
    const int tiles = 2 + static_cast<int>(random.below(8));
    const auto volumes = random_volumes(random, tiles, 1 + static_cast<int>(random.below(30)), 1000);
    const Mesh snake(tiles);
    const Placement placement = anneal_placement(snake, volumes, 1);
    const std::int64_t truth = fewest(snake.side(), tiles, volumes);
    EXPECT_EQ(placement.after, truth) << tiles << " tiles, round " << round;
    EXPECT_LE(placement.bound, truth);
    EXPECT_EQ(placement.before, flit_hops(snake, volumes));
    EXPECT_EQ(placement.after, flit_hops(Mesh(snake.side(), placement.spots), volumes));
  }
}

TEST(Placement, IsNeverWorseThanTheSnakeNorBelowTheBoundAndTheSameEveryTime) {
  Philox random(5);
  for (const int tiles : {1, 2, 17, 40, 90}) {
    const auto volumes = random_volumes(random, tiles, 3 * tiles, 500);
    const Mesh snake(tiles);
    const Placement placement = anneal_placement(snake, volumes, 7);
    EXPECT_LE(placement.after, placement.before);
    EXPECT_GE(placement.after, placement.bound);
    EXPECT_EQ(anneal_placement(snake, volumes, 7).spots, placement.spots);
    EXPECT_EQ(flit_hops(Mesh(snake.side(), placement.spots), volumes), placement.after);
  }
}

TEST(Placement, BoundIsReachedByAStarOnALargeMesh) {
  std::vector<Flow> star;
  for (int leaf = 1; leaf <= 4; ++leaf) star.push_back({0, leaf, 10 * leaf});
  const Mesh snake(9);
  EXPECT_EQ(least_flit_hops(3, 9, star), 100);
  EXPECT_EQ(anneal_placement(snake, star, 1).after, 100);
}

TEST(Placement, VolumesAreOfPairs) {
  const std::vector<Flow> flows{{2, 1, 5}, {1, 2, 7}, {3, 3, 9}, {0, 2, 4}, {0, 1, 0}};
  const std::vector<Flow> pairs = pair_volumes(flows);
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].flits, 4);
  EXPECT_EQ(pairs[1].flits, 12);
  const Mesh snake(4);  // 0 1 / 3 2
  EXPECT_EQ(flit_hops(snake, pairs), 4 * 2 + 12);
}

TEST(Placement, MeshTakesEachPlaceOnce) {
  EXPECT_THROW(Mesh(2, std::vector<int>{0, 0}), std::invalid_argument);
  EXPECT_THROW(Mesh(2, std::vector<int>{0, 4}), std::invalid_argument);
  const Mesh mesh(2, std::vector<int>{3, 0});
  EXPECT_EQ(mesh.hops(0, 1), 2);
  EXPECT_EQ(mesh.spot(0), 3);
}

}  // namespace
}  // namespace flash
