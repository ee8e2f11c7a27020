#include "shared_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sample_tables.hpp"

namespace flash {
namespace {

// Features and dead operators too.
Encoding full_encoding(std::size_t networks) {
  Encoding encoding = random_networks(networks, 4);
  encoding.living = encoding.operators;
  Philox random(8);
  for (auto& op : encoding.living)
    if (random.below(5) == 0) op = 3;
  encoding.features = {"macs", "traffic"};
  for (std::size_t i = 0; i < 2 * networks; ++i) encoding.values.push_back(1000 * random.uniform());
  return encoding;
}

// Columns of one-hot, living one-hot and features, as a plain program would have them.
Eigen::MatrixXd plain_columns(const Encoding& encoding) {
  Eigen::MatrixXd columns = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(encoding.networks), 34);
  for (std::size_t i = 0; i < encoding.networks; ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    for (std::size_t p = 0; p < 4; ++p) {
      columns(row, static_cast<Eigen::Index>(4 * p + encoding.operators[4 * i + p])) = 1;
      columns(row, static_cast<Eigen::Index>(16 + 4 * p + encoding.living[4 * i + p])) = 1;
    }
    columns(row, 32) = encoding.values[2 * i];
    columns(row, 33) = encoding.values[2 * i + 1];
  }
  return columns;
}

TEST(OperatorCells, CovariancesEqualThoseOfPlainColumns) {
  const Encoding encoding = full_encoding(30);
  const OperatorCells cells(encoding);
  EXPECT_TRUE(cells.has_living());
  EXPECT_EQ(cells.names(), 4U);
  std::vector<std::size_t> networks{3, 7, 9, 20};
  const std::vector<Eigen::Index> rows(networks.begin(), networks.end());
  const Eigen::MatrixXd plain = plain_columns(encoding)(rows, Eigen::all);
  const Eigen::MatrixXd all = plain.leftCols(16);
  const Eigen::MatrixXd own = covariance_of_networks(cells, Operators::all, cells.own(), networks);
  EXPECT_LT((own - all * all.transpose()).norm(), 1e-12);
  const Eigen::MatrixXd counts = cells.counts(Operators::living, networks);
  const Eigen::MatrixXd shared = covariance_of_networks(cells, Operators::living, cells.shared(), networks);
  EXPECT_LT((shared - counts * counts.transpose()).norm(), 1e-12);
  EXPECT_DOUBLE_EQ(counts.sum(), 16);
  // Places 0 and 1 are of a shape, 2 and 3 of another.
  EXPECT_DOUBLE_EQ(cells.grouped()(0, 4), 1);
  EXPECT_DOUBLE_EQ(cells.grouped()(0, 8), 0);
  EXPECT_EQ(cells.smooth().size(), 0);  // so few places have no order worth the name
  const Encoding many_places = random_networks(5, 16);
  EXPECT_NEAR(OperatorCells(many_places).smooth()(0, 8), std::exp(-0.5), 1e-12);
}

TEST(OperatorCells, PlacesOfOtherOptionsShareNothing) {
  Encoding encoding;
  encoding.networks = 1;
  encoding.places = {{"k0", {"3", "5", "7"}, 0}, {"e0", {"3", "4", "6"}, 0}, {"k1", {"3", "5"}, 0}};
  encoding.operators = {0, 0, 0};
  const OperatorCells cells(encoding);
  EXPECT_EQ(cells.names(), 6U);
  EXPECT_EQ(cells.name(0), cells.name(6));
  EXPECT_NE(cells.name(0), cells.name(3));
}

TEST(OperatorCells, PartsOfDifferentNumbersAreRefused) {
  Encoding encoding = random_networks(5, 2);
  encoding.operators.pop_back();
  EXPECT_ANY_THROW(OperatorCells{encoding});
  encoding = random_networks(5, 2);
  encoding.operators[0] = 4;
  EXPECT_ANY_THROW(OperatorCells{encoding});
}

TEST(TableFit, FindsASumOfAllItsParts) {
  const Encoding encoding = full_encoding(2000);
  const OperatorCells cells(encoding);
  const Eigen::MatrixXd columns = plain_columns(encoding);
  Philox random(2);
  Eigen::VectorXd weights(34);
  for (double& w : weights) w = random.uniform();
  weights.tail(2) /= 100;
  const Eigen::VectorXd latency = (columns * weights).array() + 3;
  const std::vector<double> list(latency.begin(), latency.end());
  std::vector<std::size_t> measured;
  for (std::size_t i = 0; i < 1900; ++i) measured.push_back(i);
  const AdditiveWeights found = TableFit(cells, measured, true).fit(list);
  EXPECT_LT((found.at_all_networks(cells) - latency).cwiseAbs().maxCoeff(), 1e-4);
  EXPECT_NEAR(found.feature[0], weights[32], 1e-7);
  // Of operators alone: what is left is at right angles to all of them.
  const Eigen::VectorXd left = TableFit(cells, measured, false).fit(list).at_all_networks(cells) - latency;
  EXPECT_LT((columns.topRows(1900).leftCols(16).transpose() * left.head(1900)).cwiseAbs().maxCoeff(), 1e-3);
}

TEST(TableFit, FewNetworksAreNotOverfitted) {
  const Encoding encoding = random_networks(500, 12);
  const OperatorCells cells(encoding);
  std::vector<double> latency = sums(encoding, weights_of(12, 0.05, 5));
  Philox random(6);
  for (double& value : latency) value += 0.3 * random.normal();
  std::vector<std::size_t> measured;
  for (std::size_t i = 0; i < 45; ++i) measured.push_back(i);  // as many as there are weights, nearly
  const Eigen::VectorXd fitted = TableFit(cells, measured, true).fit(latency).at_all_networks(cells);
  double squares = 0;
  for (std::size_t i = 45; i < 500; ++i)
    squares += std::pow(fitted[static_cast<Eigen::Index>(i)] - latency[i], 2);
  EXPECT_LT(std::sqrt(squares / 455), 0.5);
  EXPECT_DOUBLE_EQ(TableFit(cells, {}, true).fit(latency).intercept, 0);
}

struct Case {
  Encoding encoding = full_encoding(80);
  OperatorCells cells{encoding};
  std::vector<double> proxy = sums(encoding, weights_of(4, 0.5, 1)),
                      other = sums(encoding, weights_of(4, 0.5, 2));
  KnownDevices known;
  std::vector<std::size_t> networks{1, 4, 6, 9, 12, 17, 20, 33, 41, 50, 52, 60, 63, 70, 77};
  SharedWeights weights;
  SharedWeights::Rows rows;
  Eigen::VectorXd y;
  static std::vector<double> noisy(std::vector<double> latency) {
    Philox random(7);
    for (double& value : latency) value += 0.1 * random.normal();
    latency[5] = std::nan("");
    return latency;
  }
  Case() : known(cells, {noisy(proxy), noisy(other)}, true), weights(known, networks) {
    const std::vector<double> target = noisy(sums(encoding, weights_of(4, 0.4, 3)));
    y.resize(static_cast<Eigen::Index>(networks.size()));
    for (std::size_t k = 0; k < networks.size(); ++k) {
      rows.push_back(static_cast<Eigen::Index>(k));
      y[static_cast<Eigen::Index>(k)] = target[networks[k]];
    }
  }
};

TEST(SharedWeights, AModelEqualsTheDenseGaussianProcess) {
  const Case c;
  const Eigen::MatrixXd plain = plain_columns(c.encoding);
  std::vector<std::size_t> everything;
  for (std::size_t i = 0; i < c.encoding.networks; ++i) everything.push_back(i);
  const std::vector<Eigen::Index> sampled(c.networks.begin(), c.networks.end());
  const SharedWeights::Model counts = c.weights.counts().front();
  const SharedWeights::Fitted fitted = c.weights.fit(std::vector{counts}, c.rows, c.y);
  ASSERT_EQ(fitted.variance.size(), 2U);  // counts and features
  const Eigen::MatrixXd of_counts = c.cells.counts(Operators::all, everything);
  Eigen::MatrixXd features = plain.rightCols(2);
  for (Eigen::Index f = 0; f < 2; ++f) {
    features.col(f).array() -= features.col(f).mean();
    features.col(f) /= std::sqrt(features.col(f).squaredNorm() / 80);
  }
  const Eigen::MatrixXd covariance = fitted.variance[0] * of_counts * of_counts.transpose() +
                                     fitted.variance[1] * features * features.transpose();
  Eigen::MatrixXd noisy = covariance(sampled, sampled);
  noisy.diagonal().array() += fitted.noise;
  const Eigen::MatrixXd inverse = noisy.inverse();
  const double mean = (inverse * c.y).sum() / inverse.sum();
  const Eigen::VectorXd expected =
      (covariance(Eigen::all, sampled) * (inverse * (c.y.array() - mean).matrix())).array() + mean;
  EXPECT_LT((c.known.at_all_networks(fitted.weights) - expected).cwiseAbs().maxCoeff(), 1e-6);
  EXPECT_NEAR(c.known.at(fitted.weights, 13), expected[13], 1e-6);

  const Eigen::VectorXd deviations = c.weights.deviations(fitted);
  for (const Eigen::Index i : {Eigen::Index{0}, Eigen::Index{4}, Eigen::Index{79}}) {
    const Eigen::VectorXd with = covariance(sampled, i);
    const double of_mean = 1 - (inverse * with).sum();
    const double variance =
        covariance(i, i) - with.dot(inverse * with) + of_mean * of_mean / inverse.sum() + fitted.noise;
    EXPECT_NEAR(deviations[i], std::sqrt(variance), 1e-6);
  }
}

TEST(SharedWeights, NoModelIsSurerThanItsNoise) {
  const Case c;
  for (const SharedWeights::Model& model : c.weights.shared()) {
    const SharedWeights::Fitted fitted = c.weights.fit(std::vector{model}, c.rows, c.y);
    const Eigen::VectorXd deviations = c.weights.deviations(fitted);
    EXPECT_GE(deviations.minCoeff(), std::sqrt(fitted.noise));
    EXPECT_TRUE(deviations.allFinite());
  }
}

TEST(SharedWeights, TheSumOverPlacesIsTheSameWhereAllIsASum) {
  Encoding encoding = random_networks(300, 6);
  const OperatorCells cells(encoding);
  const KnownDevices known(cells, {sums(encoding, weights_of(6, 0.5, 1))}, true);
  const std::vector<double> target = sums(encoding, weights_of(6, 0.5, 2));
  std::vector<std::size_t> networks;
  SharedWeights::Rows rows;
  Eigen::VectorXd y(40);
  for (std::size_t k = 0; k < 40; ++k) {
    networks.push_back(k);
    rows.push_back(static_cast<Eigen::Index>(k));
    y[static_cast<Eigen::Index>(k)] = target[k];
  }
  const SharedWeights weights(known, networks);
  const SharedWeights::Fitted fitted = weights.fit(weights.shared(), rows, y);
  const Eigen::VectorXd predicted = known.at_all_networks(fitted.weights);
  EXPECT_LT((known.separable(fitted.weights).at_all_networks(cells) - predicted).cwiseAbs().maxCoeff(), 1e-4);
}

TEST(SharedWeights, AnOutlierMovesLittle) {
  Case c;
  const Eigen::VectorXd before =
      c.known.at_all_networks(c.weights.fit(c.weights.shared(), c.rows, c.y).weights);
  const double range = before.maxCoeff() - before.minCoeff();
  c.y[4] += 20 * range;
  const Eigen::VectorXd after =
      c.known.at_all_networks(c.weights.fit(c.weights.shared(), c.rows, c.y).weights);
  // Its share of the samples would move the mean by 20 / 15 of the range.
  EXPECT_LT((after - before).cwiseAbs().mean(), 0.8 * range);
}

TEST(SharedWeights, ManySamplesAreFittedFromAPartOfThem) {
  const Encoding encoding = random_networks(600, 6);
  const OperatorCells cells(encoding);
  const KnownDevices known(cells, {}, false);
  const std::vector<double> target = sums(encoding, weights_of(6, 0.5, 2));
  std::vector<std::size_t> networks;
  SharedWeights::Rows rows;
  Eigen::VectorXd y(400);
  for (std::size_t k = 0; k < 400; ++k) {
    networks.push_back(k);
    rows.push_back(static_cast<Eigen::Index>(k));
    y[static_cast<Eigen::Index>(k)] = target[k];
  }
  const SharedWeights weights(known, networks);
  const Eigen::VectorXd predicted = known.at_all_networks(weights.fit(weights.shared(), rows, y).weights);
  for (std::size_t i = 400; i < 600; ++i)
    EXPECT_NEAR(predicted[static_cast<Eigen::Index>(i)], target[i], 0.1);
}

}  // namespace
}  // namespace flash
