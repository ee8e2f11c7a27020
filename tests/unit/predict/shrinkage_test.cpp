#include "flash/predict/shrinkage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/core/random.hpp"

namespace flash {
namespace {

// By hand: residuals 0.00, 0.06, 0.12 of single trainings with noise 0.03. Q = 0.0072 / 0.0009 = 8, of 2 expected;
// variance = (8 - 2) / (3 - 1) * 0.0009 = 0.0027, share = 0.0027 / 0.0036 = 3/4, bias 0.06.
TEST(ExpectedAccuracies, AreThoseByHand) {
  const std::vector<ObservedAccuracy> observed{{0.5, 0.50, 1}, {0.5, 0.56, 1}, {0.4, 0.52, 1}};
  const std::vector<ExpectedAccuracy> expected = expected_accuracies(observed, 0.03);
  EXPECT_NEAR(expected[0].accuracy, 0.5 + 0.06 - 0.75 * 0.06, 1e-12);
  EXPECT_NEAR(expected[1].accuracy, 0.56, 1e-12);
  EXPECT_NEAR(expected[2].accuracy, 0.4 + 0.06 + 0.75 * 0.06, 1e-12);
  EXPECT_NEAR(expected[0].deviation, std::sqrt(0.75) * 0.03, 1e-12);
}

TEST(ExpectedAccuracies, OfNoiseAloneAreThePredictionsAndTheirBias) {
  const std::vector<ObservedAccuracy> observed{{0.5, 0.52, 2}, {0.6, 0.58, 2}, {0.7, 0.70, 2}};
  const std::vector<ExpectedAccuracy> expected = expected_accuracies(observed, 0.05);
  for (std::size_t i = 0; i < observed.size(); ++i) {
    EXPECT_NEAR(expected[i].accuracy, observed[i].predicted, 1e-12);
    EXPECT_EQ(expected[i].deviation, 0);
  }
}

TEST(ExpectedAccuracies, AreTheMeansWhereNoiseIsNotKnownOrNoneOrNetworksAreFew) {
  const std::vector<ObservedAccuracy> observed{{0.5, 0.52, 1}, {0.6, 0.51, 1}, {0.7, 0.9, 2}};
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  for (const double noise : {unknown, 0.0}) {
    const auto expected = expected_accuracies(observed, noise);
    for (std::size_t i = 0; i < observed.size(); ++i) EXPECT_EQ(expected[i].accuracy, observed[i].mean);
    EXPECT_EQ(std::isnan(expected[0].deviation), std::isnan(noise));
  }
  EXPECT_EQ(expected_accuracies(std::span(observed).first(2), 0.1)[1].accuracy, 0.51);
  EXPECT_TRUE(expected_accuracies({}, 0.1).empty());
}

// What the luckiest of twelve is expected to have is what it has, and its mean promises more.
TEST(ExpectedAccuracies, KnowThatTheBestWasLucky) {
  Philox random(3);
  constexpr double noise = 0.05, spread = 0.02;
  double truth = 0, means = 0, expectations = 0;
  constexpr int draws = 400;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<ObservedAccuracy> observed;
    std::vector<double> true_accuracies;
    for (int i = 0; i < 12; ++i) {
      const double predicted = 0.6 + 0.03 * random.normal();
      true_accuracies.push_back(predicted + 0.01 + spread * random.normal());
      double mean = 0;
      for (int k = 0; k < 2; ++k) mean += (true_accuracies.back() + noise * random.normal()) / 2;
      observed.push_back({predicted, mean, 2});
    }
    const auto luckiest = std::ranges::max_element(observed, {}, &ObservedAccuracy::mean) - observed.begin();
    const auto at = static_cast<std::size_t>(luckiest);
    truth += true_accuracies[at] / draws;
    means += observed[at].mean / draws;
    expectations += expected_accuracies(observed, noise)[at].accuracy / draws;
  }
  EXPECT_GT(means, truth + 0.03);
  EXPECT_NEAR(expectations, truth, 0.008);
}

}  // namespace
}  // namespace flash
