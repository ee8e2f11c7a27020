#include "flash/devices/monotonicity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/predict/rank_correlation.hpp"

namespace flash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Ties and gaps, so that each pair has other networks.
std::vector<std::vector<double>> tied_devices(std::size_t devices, std::size_t networks) {
  Philox random(3);
  std::vector<std::vector<double>> latency(devices);
  for (std::vector<double>& of : latency)
    for (std::size_t i = 0; i < networks; ++i)
      of.push_back(
          random.below(10) == 0 ? nan : static_cast<double>(random.below(12)) + static_cast<double>(i % 5));
  return latency;
}

TEST(Monotonicity, EqualsPlainCorrelationsOfNetworksThatBothMeasured) {
  const auto latency = tied_devices(4, 60);
  const MonotonicityMatrix matrix = monotonicity(latency);
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = 0; b < 4; ++b) {
      std::vector<double> x;
      std::vector<double> y;
      for (std::size_t i = 0; i < 60; ++i)
        if (!std::isnan(latency[a][i]) && !std::isnan(latency[b][i])) {
          x.push_back(latency[a][i]);
          y.push_back(latency[b][i]);
        }
      const DeviceCorrelation& pair = matrix.at(a, b);
      EXPECT_EQ(pair.networks, x.size());
      EXPECT_NEAR(pair.srcc, spearman(x, y), 1e-12);
      EXPECT_NEAR(pair.kendall, kendall(x, y), 1e-12);
      EXPECT_DOUBLE_EQ(pair.srcc_low, spearman_interval(pair.srcc, static_cast<double>(x.size())).first);
      EXPECT_DOUBLE_EQ(pair.srcc, matrix.at(b, a).srcc);
    }
}

TEST(Monotonicity, OverPartOfTheNetworks) {
  const std::vector<std::vector<double>> latency{{1, 2, 3, 4, 9, 8}, {2, 3, 5, 6, 1, 0}};
  const std::vector<bool> first_four{true, true, true, true, false, false};
  EXPECT_DOUBLE_EQ(monotonicity(latency, first_four).at(0, 1).srcc, 1);
  EXPECT_LT(monotonicity(latency).at(0, 1).srcc, 0);
  EXPECT_TRUE(std::isnan(monotonicity(latency, first_four, false).at(0, 1).kendall));
}

TEST(Monotonicity, ADeviceWithoutVariationHasNone) {
  const MonotonicityMatrix matrix =
      monotonicity(std::vector<std::vector<double>>{{1, 2, 3}, {5, 5, 5}, {nan, nan, 1}});
  EXPECT_TRUE(std::isnan(matrix.at(0, 1).srcc));
  EXPECT_TRUE(std::isnan(matrix.at(0, 2).kendall));
  EXPECT_EQ(matrix.at(0, 2).networks, 1U);
  EXPECT_EQ(central_device(matrix), 0U);
}

TEST(Monotonicity, DevicesOfOtherNetworksAreRefused) {
  EXPECT_THROW(monotonicity(std::vector<std::vector<double>>{{1, 2}, {1}}), Error);
  EXPECT_THROW(monotonicity(std::vector<std::vector<double>>{{1, 2}}, {true}), Error);
}

MonotonicityMatrix matrix_of(const std::vector<std::vector<double>>& srcc) {
  MonotonicityMatrix matrix{srcc.size(), {}};
  for (const auto& row : srcc)
    for (const double r : row) matrix.pairs.push_back({10, r, r, r, r});
  return matrix;
}

TEST(Monotonicity, ClustersByAverageLinkage) {
  const MonotonicityMatrix matrix =
      matrix_of({{1, 0.5, 0.95, 0.4}, {0.5, 1, 0.5, 0.92}, {0.95, 0.5, 1, 0.4}, {0.4, 0.92, 0.4, 1}});
  EXPECT_THAT(device_clusters(matrix, 0.9), ElementsAre(0U, 1U, 0U, 1U));
  EXPECT_THAT(device_clusters(matrix, 0.99), ElementsAre(0U, 1U, 2U, 3U));
  EXPECT_THAT(device_clusters(matrix, 0.4), ElementsAre(0U, 0U, 0U, 0U));
}

TEST(Monotonicity, TheCentralDeviceIsTheFirstOfTheLargestMeans) {
  const MonotonicityMatrix matrix =
      matrix_of({{1, 0.5, 0.6, 0.1}, {0.5, 1, 0.8, 0.5}, {0.6, 0.8, 1, 0.4}, {0.1, 0.5, 0.4, 1}});
  EXPECT_NEAR(mean_correlations(matrix)[1], 0.6, 1e-12);
  EXPECT_NEAR(mean_correlations(matrix)[2], 0.6, 1e-12);
  EXPECT_EQ(central_device(matrix_of({{1, 0.5}, {0.5, 1}})), 0U);
  EXPECT_EQ(central_device(MonotonicityMatrix{}), 0U);
}

TEST(Monotonicity, PairsThatCannotBeRankedDoNotCount) {
  const double none = std::nan("");
  const MonotonicityMatrix matrix =
      matrix_of({{1, 0.9, 0.8, none}, {0.9, 1, 0.7, none}, {0.8, 0.7, 1, none}, {none, none, none, 1}});
  EXPECT_NEAR(mean_correlations(matrix)[0], 0.85, 1e-12);
  EXPECT_TRUE(std::isnan(mean_correlations(matrix)[3]));
  EXPECT_EQ(central_device(matrix), 0U);
  // One pair alone makes no centre of others' four.
  EXPECT_EQ(central_device(matrix_of({{1, 0.99, none, none, none},
                                      {0.99, 1, 0.8, 0.8, 0.8},
                                      {none, 0.8, 1, 0.9, 0.9},
                                      {none, 0.8, 0.9, 1, 0.9},
                                      {none, 0.8, 0.9, 0.9, 1}})),
            2U);
}

// So many in ascending order, but for one swap of neighbours every `every`.
std::vector<double> nearly_ascending(std::size_t count, std::size_t every) {
  std::vector<double> list;
  for (std::size_t i = 0; i < count; ++i) list.push_back(static_cast<double>(i));
  for (std::size_t i = 0; i + 1 < count; i += every) std::swap(list[i], list[i + 1]);
  return list;
}

TEST(ProxyVerdict, AcceptsOnTheBoundAlone) {
  const std::vector<double> ascending = nearly_ascending(30, 100);
  const ProxyVerdict verdict = check_proxy(ascending, nearly_ascending(30, 4));
  EXPECT_EQ(verdict.answer, ProxyVerdict::Answer::accept);
  EXPECT_GE(verdict.low, 0.9);
  EXPECT_THAT(verdict.why, HasSubstr("risk of 5 %"));
  // The bound of Fisher's z: atanh(r) - 1.6449 * sqrt((1 + r^2 / 2) / (n - 3)).
  const double r = verdict.srcc;
  EXPECT_NEAR(verdict.low, std::tanh(std::atanh(r) - 1.6448536 * std::sqrt((1 + r * r / 2) / 27)), 1e-6);
}

TEST(ProxyVerdict, AdaptsWhereTheProxyRanksOtherwise) {
  const std::vector<double> ascending = nearly_ascending(30, 100);
  std::vector<double> descending(ascending.rbegin(), ascending.rend());
  const ProxyVerdict verdict = check_proxy(ascending, descending);
  EXPECT_EQ(verdict.answer, ProxyVerdict::Answer::adapt);
  EXPECT_LT(verdict.high, -0.9);
}

TEST(ProxyVerdict, MeasuresMoreBetweenTheTwo) {
  const ProxyVerdict verdict = check_proxy(nearly_ascending(12, 100), nearly_ascending(12, 2));
  EXPECT_EQ(verdict.answer, ProxyVerdict::Answer::measure_more);
  EXPECT_GT(verdict.samples_to_decide, 12U);
  EXPECT_THAT(verdict.why, HasSubstr("measure more"));
}

TEST(ProxyVerdict, FewerThanTenDecideNothing) {
  const std::vector<double> ascending = nearly_ascending(9, 100);
  for (const std::vector<double>& target :
       {ascending, std::vector<double>(ascending.rbegin(), ascending.rend())}) {
    const ProxyVerdict few = check_proxy(ascending, target);
    EXPECT_EQ(few.answer, ProxyVerdict::Answer::measure_more);
    EXPECT_EQ(few.samples_to_decide, 10U);
    EXPECT_THAT(few.why, HasSubstr("9 networks: fewer than 10 decide nothing; measure more, at least 20"));
  }
}

TEST(ProxyVerdict, SaysWhatTooFewSamplesAre) {
  EXPECT_THAT(check_proxy(std::vector{1.0}, std::vector{2.0}).why, HasSubstr("fewer than two"));
  EXPECT_THAT(check_proxy(std::vector{1.0, 2.0, nan}, std::vector{2.0, nan, 3.0}).why,
              HasSubstr("fewer than two"));
  EXPECT_THAT(check_proxy(std::vector{1.0, 2.0, 3.0}, std::vector{2.0, 3.0, 4.0}).why,
              HasSubstr("at least 20"));
  const ProxyVerdict constant = check_proxy(std::vector{1.0, 2.0, 3.0, 4.0}, std::vector{7.0, 7.0, 7.0, 7.0});
  EXPECT_EQ(constant.answer, ProxyVerdict::Answer::measure_more);
  EXPECT_THAT(constant.why, HasSubstr("the same"));
  EXPECT_THROW(check_proxy(std::vector{1.0}, std::vector{1.0, 2.0}), Error);
  EXPECT_THROW(check_proxy(std::vector{1.0}, std::vector{1.0}, 0.9, 0.7), Error);
}

}  // namespace
}  // namespace flash
