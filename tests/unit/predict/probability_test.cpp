#include "flash/predict/probability.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace flash {
namespace {

constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

TEST(Probability, NormalAtKnownValues) {
  EXPECT_EQ(normal_probability(0), 0.5);
  EXPECT_NEAR(normal_probability(1), 0.8413447461, 1e-10);
  EXPECT_NEAR(normal_probability(-1), 0.1586552539, 1e-10);
  EXPECT_NEAR(normal_probability(1.2815515655), 0.9, 1e-10);
  EXPECT_NEAR(normal_probability(1.9599639845), 0.975, 1e-10);
  EXPECT_NEAR(normal_probability(-6) / 9.865876e-10, 1, 1e-6);  // no cancellation far out
}

TEST(Probability, OfABoundAtTheBandsEndIs97AndAHalfPerCent) {
  EXPECT_NEAR(probability_within(0.3, 0.3), 0.975, 1e-12);
  EXPECT_NEAR(probability_within(-0.3, 0.3), 0.025, 1e-12);
  EXPECT_EQ(probability_within(0, 0.3), 0.5);
}

TEST(Probability, WithoutABandIsSureOrNotKnown) {
  EXPECT_EQ(probability_within(0.1, 0), 1);
  EXPECT_EQ(probability_within(0, 0), 1);
  EXPECT_EQ(probability_within(-0.1, 0), 0);
  EXPECT_TRUE(std::isnan(probability_within(0.1, nowhere)));
  EXPECT_TRUE(std::isnan(probability_within(nowhere, 0.1)));
}

}  // namespace
}  // namespace flash
