#include "flash/space/families/skips.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace flash {
namespace {

TEST(SkipChannels, AreLimitedByTheLayersBefore) {
  EXPECT_EQ(skip_channels(16, 0, 100), 0);
  EXPECT_EQ(skip_channels(16, 1, 100), 0);
  EXPECT_EQ(skip_channels(16, 2, 100), 16);
  EXPECT_EQ(skip_channels(16, 3, 100), 32);
  EXPECT_EQ(skip_channels(16, 8, 100), 100);
  EXPECT_EQ(skip_channels(16, 8, 0), 0);
  EXPECT_EQ(skip_channels(65'536, 9'999, 655'228'928), 655'228'928);  // the most that a space allows
}

TEST(TotalSkipChannels, EqualTheSumOverLayers) {
  for (int width = 1; width <= 12; ++width)
    for (int depth = 3; depth <= 14; ++depth)
      for (int tc = 0; tc <= width * (depth - 2); ++tc) {
        std::int64_t sum = 0;
        for (int layer = 0; layer < depth; ++layer) sum += skip_channels(width, layer, tc);
        ASSERT_EQ(total_skip_channels(width, depth, tc), sum) << width << ' ' << depth << ' ' << tc;
      }
}

TEST(TotalSkipChannels, HoldTheLargestCell) {
  // sum of w * j for j = 1 .. 9998
  EXPECT_EQ(total_skip_channels(65'536, 10'000, 65'536 * 9'998), std::int64_t{65'536} * 9'998 * 9'999 / 2);
}

TEST(SkipSources, AreDifferentChannelsOfTheLayersBefore) {
  for (int layer = 0; layer < 9; ++layer) {
    for (const int tc : {0, 1, 5, 20, 56}) {
      const std::vector<int> sources = skip_sources(42, 1, layer, 8, tc);
      ASSERT_EQ(sources.size(), static_cast<std::size_t>(skip_channels(8, layer, tc)));
      EXPECT_TRUE(std::ranges::is_sorted(sources));
      EXPECT_EQ(std::set<int>(sources.begin(), sources.end()).size(), sources.size());
      for (const int source : sources) {
        EXPECT_GE(source, 0);
        EXPECT_LT(source, 8 * (layer - 1));
      }
    }
  }
}

TEST(SkipSources, TakeAllWhereAllAreAskedFor) {
  std::vector<int> all(8 * 4);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(skip_sources(3, 0, 5, 8, 1000), all);
}

TEST(SkipSources, DependOnEachArgumentAndNothingElse) {
  const std::vector<int> sources = skip_sources(1, 0, 6, 16, 20);
  EXPECT_EQ(skip_sources(1, 0, 6, 16, 20), sources);
  EXPECT_NE(skip_sources(2, 0, 6, 16, 20), sources);
  EXPECT_NE(skip_sources(1, 1, 6, 16, 20), sources);
  EXPECT_NE(skip_sources(1, 0, 7, 16, 20), sources);
}

TEST(SkipSources, AreDrawnEvenly) {
  // 2000 draws of 8 out of 32: each channel is expected 500 times, with a standard deviation of 19.4.
  std::vector<int> counts(32);
  for (std::uint64_t seed = 0; seed < 2000; ++seed)
    for (const int source : skip_sources(seed, 2, 5, 8, 8)) ++counts[static_cast<std::size_t>(source)];
  EXPECT_THAT(counts, testing::Each(testing::AllOf(testing::Gt(410), testing::Lt(590))));
}

}  // namespace
}  // namespace flash
