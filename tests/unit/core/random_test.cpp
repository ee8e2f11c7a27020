#include "flash/core/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

namespace flash {
namespace {

// The known answers of Random123's kat_vectors for philox4x32-10 that our (block, stream) counter can
// express.
TEST(Philox, MatchesTheAuthorsKnownAnswers) {
  Philox zero(0);
  EXPECT_EQ(zero(), 0x6627e8d5u);
  EXPECT_EQ(zero(), 0xe169c58du);
  EXPECT_EQ(zero(), 0xbc57ac4cu);
  EXPECT_EQ(zero(), 0x9b00dbd8u);
}

TEST(Philox, StreamsAndSeedsDiffer) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (std::uint64_t stream = 0; stream < 50; ++stream) seen.insert(Philox(seed, stream).bits64());
  }
  EXPECT_EQ(seen.size(), 2500u);
}

TEST(Philox, UniformAndNormalHaveTheirMoments) {
  Philox random(7);
  double sum = 0, sum_normal = 0, squares = 0;
  constexpr int count = 200'000;
  for (int i = 0; i < count; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    const double n = random.normal();
    ASSERT_TRUE(std::isfinite(n));
    sum_normal += n;
    squares += n * n;
  }
  EXPECT_NEAR(sum / count, 0.5, 0.005);
  EXPECT_NEAR(sum_normal / count, 0, 0.01);
  EXPECT_NEAR(squares / count, 1, 0.02);
}

TEST(Philox, BelowIsUnbiasedAndInRange) {
  Philox random(3);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60'000; ++i) ++counts.at(random.below(6));
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_EQ(random.below(1), 0u);
}

TEST(DeriveSeed, DependsOnEveryPart) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t job = 0; job < 20; ++job) {
    for (const char* stage : {"train", "calibrate", "search"}) {
      for (std::uint64_t id = 0; id < 100; ++id) seeds.insert(derive_seed(job, stage, id));
    }
  }
  EXPECT_EQ(seeds.size(), 20u * 3 * 100);
  EXPECT_EQ(derive_seed(1, "train", 2), derive_seed(1, "train", 2));
}

}  // namespace
}  // namespace flash
