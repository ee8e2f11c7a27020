#include "parzen.hpp"

#include <gtest/gtest.h>

#include <array>
#include <numeric>

namespace flash {
namespace {

// What Optuna 3.1's univariate estimator makes of the same observations.
void expect_like(const RangeEstimator& ours, const std::vector<double>& reference) {
  double total = 0;
  for (std::size_t k = 0; k < reference.size(); ++k) total += ours(static_cast<double>(k));
  for (std::size_t k = 0; k < reference.size(); ++k)
    EXPECT_NEAR(ours(static_cast<double>(k)) / total, reference[k], 1e-5) << k;
}

TEST(RangeEstimator, IsOptunas) {
  const std::vector<RangeEstimator::Observed> some{{2, 1, 1}, {3, 3, 3}, {7, 1, 1}};
  expect_like({9, some}, {0.05232942775337636, 0.11023316809269411, 0.17680889968835792, 0.1994411470698602,
                          0.15943574983442754, 0.10050309968087907, 0.06476911984101147, 0.051955855202259066,
                          0.045861892377493586, 0.03866164045964074});
  const std::vector<RangeEstimator::Observed> ends{{0, 1, 1}, {4, 1, 1}};
  expect_like({4, ends}, {0.19204740995363062, 0.2045238288555356, 0.20685752238166732, 0.2045238288555356,
                          0.19204740995363062});
  expect_like({4, {}}, {0.19207691835685056, 0.20391356193884302, 0.20801903940861308, 0.20391356193884302,
                        0.19207691835685056});
}

TEST(RangeEstimator, SamplesWhatItSays) {
  const std::vector<RangeEstimator::Observed> observed{{0, 4, 4}, {11, 1, 1}, {12, 0.5, 2}};
  const RangeEstimator estimator(12, observed);
  std::array<double, 13> drawn{};
  Philox random(3);
  constexpr int draws = 100'000;
  for (int k = 0; k < draws; ++k) {
    const double at = estimator.sample(random);
    ASSERT_GE(at, 0);
    ASSERT_LE(at, 12);
    drawn[static_cast<std::size_t>(std::lround(at))] += 1.0 / draws;
  }
  double total = 0;
  for (std::size_t k = 0; k < drawn.size(); ++k) total += estimator(static_cast<double>(k));
  for (std::size_t k = 0; k < drawn.size(); ++k)
    EXPECT_NEAR(drawn[k], estimator(static_cast<double>(k)) / total, 0.005) << k;
}

TEST(CategoryEstimator, IsOptunas) {
  const std::vector<double> observed{1, 0, 2, 0, 0, 1};
  const CategoryEstimator estimator(observed, 4);
  const std::array reference{0.19696969696969704, 0.10606060606060606, 0.28787878787878785,
                             0.10606060606060606, 0.10606060606060606, 0.19696969696969696};
  std::array<double, 6> drawn{};
  Philox random(4);
  constexpr int draws = 100'000;
  for (int k = 0; k < draws; ++k) drawn[estimator.sample(random)] += 1.0 / draws;
  for (std::size_t k = 0; k < reference.size(); ++k) {
    EXPECT_NEAR(estimator(k) / 5, reference[k], 1e-12) << k;  // four observations and the prior
    EXPECT_NEAR(drawn[k], reference[k], 0.005) << k;
  }
}

TEST(CategoryEstimator, OfNothingIsFlat) {
  const CategoryEstimator estimator(std::vector<double>(4), 0);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(estimator(k), 0.25);
}

}  // namespace
}  // namespace flash
