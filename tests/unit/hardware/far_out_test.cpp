#include "flash/hardware/far_out.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/random.hpp"

namespace flash {
namespace {

// Latency 0.1 + 2 a + 0.5 b, but for a relative error of the given deviation.
FitData networks(std::size_t count, double error, std::uint64_t seed) {
  FitData data;
  Philox random(seed, 1);
  for (std::size_t i = 0; i < count; ++i) {
    const double a = random.uniform(), b = 3 * random.uniform();
    data.features.push_back({a, b});
    data.measured.push_back((0.1 + 2 * a + 0.5 * b) * (1 + error * random.normal()));
  }
  return data;
}

using Indices = std::vector<std::size_t>;

TEST(FarOut, IsWhatTheOthersDoNotLetExpect) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    FitData data = networks(30, 0.03, seed);
    EXPECT_EQ(far_out(data), Indices{}) << seed;
    data.measured[7] *= 1.7;
    EXPECT_EQ(far_out(data), Indices{7}) << seed;
    data.measured[20] *= 1.7;
    data.measured[21] /= 1.7;
    EXPECT_EQ(far_out(data), (Indices{7, 20, 21})) << seed;
  }
}

// A pair of the same kind would draw the model to itself.
TEST(FarOut, OneDoesNotHideAnother) {
  FitData data = networks(25, 0.03, 3);
  for (const std::size_t i : {4, 5}) {
    data.features[i] = {0.01, 0.4};
    data.measured[i] = 1.7 * (0.1 + 0.02 + 0.2);
  }
  data.features[6] = {0.01, 0.45};
  data.measured[6] = 0.1 + 0.02 + 0.225;
  const Indices found = far_out(data);
  EXPECT_TRUE(std::ranges::includes(found, Indices{4, 5})) << found.size();
  EXPECT_LE(found.size(), 3u);
}

TEST(FarOut, ATenthIsNeverFar) {
  FitData data = networks(30, 1e-4, 2);
  data.measured[3] *= 1.09;
  EXPECT_EQ(far_out(data), Indices{});
  data.measured[3] *= 1.04;
  EXPECT_EQ(far_out(data), Indices{3});
}

TEST(FarOut, FewNetworksTellNothing) {
  FitData data = networks(7, 0.01, 2);
  data.measured[3] *= 5;
  EXPECT_EQ(far_out(data), Indices{});
  EXPECT_EQ(far_out(FitData{}), Indices{});
}

TEST(FarOut, IsHalfOfThemAtMost) {
  FitData data = networks(20, 0.01, 4);
  Philox random(9, 9);
  for (double& value : data.measured) value *= std::exp(3 * random.normal());
  EXPECT_LE(far_out(data).size(), 10u);
}

}  // namespace
}  // namespace flash
