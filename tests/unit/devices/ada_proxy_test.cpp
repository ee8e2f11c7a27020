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

// The minimum of |P y - P Z b|^2 + k |b|^2 has Z' (P y - P Z b) = k b, whatever k has been chosen.
TEST(AdaProxy, BIsTheMinimum) {
  for (const std::size_t samples : {10, 60}) {
    const Case c(samples);
    const std::vector<double> target = sums(c.encoding, weights_of(5, 1, 2));
    const Eigen::VectorXd y = c.samples_of(target);
    const AdditiveWeights adapted = AdaProxy(c.known, c.networks).fit(c.rows, y, false).additive;
    Eigen::MatrixXd z = Eigen::MatrixXd::Zero(y.size(), 20);
    Eigen::VectorXd w0 = c.known.proxy_weights().all;
    for (Eigen::Index place = 0; place < 5; ++place)
      w0.segment(4 * place, 4).array() -= w0.segment(4 * place, 4).minCoeff();
    for (Eigen::Index i = 0; i < y.size(); ++i)
      for (std::size_t p = 0; p < 5; ++p) {
        const Eigen::Index cell = c.cells.cell(Operators::all, static_cast<std::size_t>(i), p);
        z(i, cell) = w0[cell];
      }
    Eigen::MatrixXd u(y.size(), 2);
    u << Eigen::VectorXd::Ones(y.size()), z.rowwise().sum();
    const auto left = [&](const Eigen::VectorXd& v) {
      return Eigen::VectorXd(v - u * u.colPivHouseholderQr().solve(v));
    };
    // Both a and b are within the adapted weights: z times them is a s + z b, and P s = 0.
    Eigen::VectorXd both = Eigen::VectorXd::Zero(20);
    for (Eigen::Index k = 0; k < 20; ++k)
      if (w0[k] > 0) both[k] = adapted.all[k] / w0[k];
    const Eigen::VectorXd slope = z.transpose() * left(y - z * both);
    // slope = k (both - a) over the columns that have a weight: a straight line.
    std::vector<double> x;
    std::vector<double> g;
    for (Eigen::Index k = 0; k < 20; ++k)
      if (!z.col(k).isZero(0)) {
        x.push_back(both[k]);
        g.push_back(slope[k]);
      }
    const Eigen::Map<Eigen::VectorXd> xs(x.data(), static_cast<Eigen::Index>(x.size()));
    const Eigen::Map<Eigen::VectorXd> gs(g.data(), static_cast<Eigen::Index>(g.size()));
    Eigen::MatrixXd line(xs.size(), 2);
    line << Eigen::VectorXd::Ones(xs.size()), xs;
    const Eigen::VectorXd found = line.colPivHouseholderQr().solve(gs);
    EXPECT_LT((line * found - gs).norm(), 1e-6 * (1 + gs.norm()));
    EXPECT_GT(found[1], -1e-9);
    EXPECT_NEAR((y - z * both).mean(), adapted.intercept, 1e-7);
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
