#include "flash/findings/networks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "flash/core/error.hpp"
#include "flash/findings/plan.hpp"
#include "flash/space/families/cell_space.hpp"

namespace flash {
namespace {

Space small_space() {
  CellSpace definition;
  definition.widths = {4, 8};
  definition.wm = {1, 2};
  definition.depths = {3, 4, 5};
  definition.input = {3, 8, 10};
  return Space(definition);
}

TEST(SpreadNetworks, AreDifferentAndReproducible) {
  const Space space = small_space();
  const auto ids = spread_networks(space, 30, 0, 5);
  EXPECT_EQ(ids.size(), 30u);
  EXPECT_EQ(std::set<NetworkId>(ids.begin(), ids.end()).size(), 30u);
  EXPECT_EQ(ids, spread_networks(space, 30, 0, 5));
  EXPECT_NE(ids, spread_networks(space, 30, 0, 6));
}

TEST(SpreadNetworks, ALongerListBeginsWithTheShorter) {
  const Space space = small_space();
  const auto all = spread_networks(space, 400, 0, 5);  // of more candidates than a short list needs
  for (const std::size_t count : {1u, 25u, 40u, 100u, 101u, 250u}) {
    const auto some = spread_networks(space, count, 0, 5);
    EXPECT_EQ(some, std::vector<NetworkId>(all.begin(), all.begin() + static_cast<long>(count)));
  }
  EXPECT_EQ(std::set<NetworkId>(all.begin(), all.end()).size(), all.size());
}

TEST(SpreadNetworks, TakeAllOfASmallSpaceAndNoMore) {
  CellSpace definition;
  definition.widths = {4};
  definition.wm = {1};
  definition.depths = {3};
  definition.input = {3, 8, 10};
  const Space space(definition);
  EXPECT_EQ(spread_networks(space, 1000, 0, 1).size(), space.size());
}

TEST(HeldOut, AreAsManyAsAskedForBesideAnyPool) {
  Job job;
  job.space = small_space().definition();
  job.hardware.count = 20;
  job.hardware.holdout = 10;
  const Space space(job.space);
  const std::vector<NetworkId> design = networks_to_list(job, space).ids;
  EXPECT_EQ(networks_held_out(job, space, {}), std::vector<NetworkId>(design.begin() + 20, design.end()));
  const std::vector<NetworkId> pool(design.begin() + 22, design.end());
  const std::vector<NetworkId> held_out = networks_held_out(job, space, pool);
  EXPECT_EQ(std::set<NetworkId>(held_out.begin(), held_out.end()).size(), 10u);
  for (const NetworkId id : held_out) EXPECT_EQ(std::ranges::find(pool, id), pool.end());
  EXPECT_EQ(held_out[1], design[21]);  // the others are those that there would be without a pool
}

TEST(HeldOut, AreFewerWhereTheSpaceHasNoMore) {
  CellSpace definition;
  definition.widths = {4};
  definition.wm = {1};
  definition.depths = {3};
  definition.input = {3, 8, 10};
  Job job;
  job.space = definition;
  job.hardware.count = 4;
  job.hardware.holdout = 3;
  const Space space(job.space);
  std::vector<NetworkId> pool = spread_networks(space, 1000, 0, 1);
  EXPECT_TRUE(networks_held_out(job, space, pool).empty());
}

TEST(SpreadNetworks, CoverTheRangeOfNnDegree) {
  const Space space = small_space();
  double low = 1e9, high = 0, low_sample = 1e9, high_sample = 0;
  for (std::uint64_t id = 0; id < space.size(); ++id) {
    const double g = space.score("nn_degree_links", space.point(id));
    low = std::min(low, g), high = std::max(high, g);
  }
  for (const NetworkId id : spread_networks(space, 10, 0, 1)) {
    const double g = space.score("nn_degree_links", space.point(id));
    low_sample = std::min(low_sample, g), high_sample = std::max(high_sample, g);
  }
  EXPECT_LE(low_sample, low + 0.05 * (high - low));
  EXPECT_GE(high_sample, high - 0.05 * (high - low));
}

TEST(SpreadNetworks, KeepTheCostLimit) {
  const Space space = small_space();
  for (const NetworkId id : spread_networks(space, 20, 0.05, 1)) {
    EXPECT_LE(space.counts(space.point(id)).macs, 50'000);
  }
}

TEST(SpreadNetworks, SayWhenNothingIsCheapEnough) {
  try {
    spread_networks(small_space(), 20, 1e-6, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    EXPECT_NE(std::string(error.what()).find("cheapest"), std::string::npos);
  }
}

TEST(SpreadNetworks, TakeAllOfATinySpace) {
  CellSpace definition;
  definition.widths = {1};
  definition.wm = {1};
  definition.depths = {3};
  definition.input = {1, 8, 10};
  const Space space(definition);
  EXPECT_EQ(space.size(), 2u);
  EXPECT_EQ(spread_networks(space, 10, 0, 1).size(), 2u);
}

}  // namespace
}  // namespace flash
