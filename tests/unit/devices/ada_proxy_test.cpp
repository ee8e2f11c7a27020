#include "ada_proxy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "flash/predict/rank_correlation.hpp"
#include "sample_tables.hpp"

namespace flash {
namespace {

struct Case {
  Encoding encoding = random_networks(400, 5);
  OperatorCells cells{encoding};
  std::vector<std::vector<double>> proxy_weights = weights_of(5, 1, 1);
  std::vector<double> proxy = sums(encoding, proxy_weights);
  KnownDevices known{cells, {proxy}, true};
  std::vector<std::size_t> networks;
  std::vector<Eigen::Index> rows;
  explicit Case(std::size_t samples) {
    for (std::size_t k = 0; k < samples; ++k) {
      networks.push_back(k);
      rows.push_back(static_cast<Eigen::Index>(k));
    }
  }
  Eigen::VectorXd samples_of(const std::vector<double>& target) const {
    return Eigen::Map<const Eigen::VectorXd>(target.data(), static_cast<Eigen::Index>(networks.size()));
  }
  double srcc(const TargetWeights& weights, const std::vector<double>& target) const {
    const Eigen::VectorXd predicted = known.at_all_networks(weights);
    return spearman(std::span(predicted.data(), 400).subspan(networks.size()),
                    std::span(target).subspan(networks.size()));
  }
};

TEST(AdaProxy, AnAffineTargetNeedsNoB) {
  for (const bool lasso : {false, true}) {
    const Case c(8);
    std::vector<double> target;
    for (const double latency : c.proxy) target.push_back(2.5 * latency + 4);
    const TargetWeights weights = AdaProxy(c.known, c.networks).fit(c.rows, c.samples_of(target), lasso);
    const Eigen::VectorXd predicted = c.known.at_all_networks(weights);
    for (std::size_t i = 0; i < 400; ++i)
      EXPECT_NEAR(predicted[static_cast<Eigen::Index>(i)], target[i], 1e-4);
  }
}

TEST(AdaProxy, ScaledOperatorsAreFoundFromEnoughSamples) {
  for (const bool lasso : {false, true}) {
    const Case c(60);
    // The base operators are the fastest, whose share the constant takes.
    std::vector<std::vector<double>> weights = c.proxy_weights;
    for (auto& place : weights) {
      const double least = *std::min_element(place.begin(), place.end());
      for (double& weight : place) weight -= least;
    }
    weights[1][0] *= 3;
    weights[3][1] *= 0.2;
    const std::vector<double> target = sums(c.encoding, weights, 2);
    EXPECT_GT(c.srcc(AdaProxy(c.known, c.networks).fit(c.rows, c.samples_of(target), lasso), target), 0.995);
  }
}

TEST(AdaProxy, FewerSamplesThanWeightsAreFoldedInsteadOfLeftOut) {
  const Case c(9);
  const std::vector<double> target = sums(c.encoding, weights_of(5, 1, 2));
  for (const bool lasso : {false, true})
    EXPECT_GT(c.srcc(AdaProxy(c.known, c.networks).fit(c.rows, c.samples_of(target), lasso), target), -0.5);
}

TEST(AdaProxy, SaysWhyItCannotBeUsed) {
  const Case c(9);
  const KnownDevices none(c.cells, {}, false);
  EXPECT_EQ(AdaProxy(none, c.networks).unusable(9), "there is no proxy");
  const KnownDevices constant(c.cells, {std::vector<double>(400, 5.0)}, true);
  EXPECT_EQ(AdaProxy(constant, c.networks).unusable(9), "all latencies of the proxy are the same");
  EXPECT_EQ(AdaProxy(c.known, c.networks).unusable(3), "it needs at least 4 samples");
  EXPECT_EQ(AdaProxy(c.known, c.networks).unusable(9), "");
}

}  // namespace
}  // namespace flash
