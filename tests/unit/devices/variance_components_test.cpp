#include "variance_components.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/random.hpp"

namespace flash {
namespace {

Eigen::MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  Philox random(seed);
  Eigen::MatrixXd matrix(rows, columns);
  for (double& value : matrix.reshaped()) value = random.normal();
  return matrix;
}

struct Case {
  Eigen::Index n = 15;
  Eigen::MatrixXd a = random_matrix(n, 3, 1), b = random_matrix(n, 5, 2);
  Eigen::MatrixXd of_a = a * a.transpose(), of_b = b * b.transpose();
  Eigen::VectorXd y =
      a * random_matrix(3, 1, 3) + 0.3 * random_matrix(n, 1, 4) + Eigen::VectorXd::Constant(n, 7);
  Eigen::VectorXd each = Eigen::VectorXd::Ones(n);

  // The plain formulas of a Gaussian process with an unknown mean.
  Eigen::MatrixXd covariance(const VarianceFit& fit) const {
    Eigen::MatrixXd sum = fit.variance[0] * of_a + fit.variance[1] * of_b;
    sum.diagonal() += fit.noise * each;
    return sum;
  }
  double mean(const VarianceFit& fit) const {
    const Eigen::MatrixXd inverse = covariance(fit).inverse();
    return (inverse * y).sum() / inverse.sum();
  }
  double restricted_likelihood(const VarianceFit& fit) const {
    const Eigen::MatrixXd sum = covariance(fit);
    const Eigen::MatrixXd inverse = sum.inverse();
    const Eigen::VectorXd above = (y.array() - mean(fit)).matrix();
    return -0.5 * (std::log(sum.determinant()) + std::log(inverse.sum()) + above.dot(inverse * above) -
                   std::log(static_cast<double>(n)));
  }
};

TEST(VarianceComponents, EqualThePlainFormulas) {
  Case c;
  c.each[3] = 5;
  VarianceComponents components({c.of_a, c.of_b}, c.y);
  components.set_noise(c.each);
  const VarianceFit fit = components.fit({0, 1});
  EXPECT_NEAR(fit.mean, c.mean(fit), 1e-8);
  const Eigen::VectorXd dual = c.covariance(fit).inverse() * (c.y.array() - c.mean(fit)).matrix();
  EXPECT_LT((fit.dual - dual).norm(), 1e-7 * dual.norm());
  EXPECT_NEAR(fit.log_likelihood, c.restricted_likelihood(fit), 1e-6);
}

TEST(VarianceComponents, NoOtherVariancesAreMuchLikelier) {
  Case c;
  const VarianceComponents components({c.of_a, c.of_b}, c.y);
  const VarianceFit fit = components.fit({0, 1}, 500);
  Philox random(9);
  for (int k = 0; k < 200; ++k) {
    const VarianceFit other = components.solved(
        {0, 1}, {fit.variance[0] * std::exp(random.normal()), fit.variance[1] * std::exp(random.normal())},
        fit.noise * std::exp(random.normal()));
    EXPECT_LT(other.log_likelihood, fit.log_likelihood + 0.05);
  }
}

TEST(VarianceComponents, ASampleLeftOutIsPredictedByTheOthers) {
  Case c;
  const VarianceComponents components({c.of_a, c.of_b}, c.y);
  const VarianceFit fit = components.fit({0, 1});
  const Eigen::VectorXd left = components.left_out({0, 1}, fit);
  for (Eigen::Index out = 0; out < c.n; ++out) {
    std::vector<Eigen::Index> in;
    for (Eigen::Index i = 0; i < c.n; ++i)
      if (i != out) in.push_back(i);
    const VarianceFit of_others =
        VarianceComponents({c.of_a(in, in), c.of_b(in, in)}, c.y(in)).solved({0, 1}, fit.variance, fit.noise);
    const Eigen::VectorXd with = fit.variance[0] * c.of_a(in, out) + fit.variance[1] * c.of_b(in, out);
    EXPECT_NEAR(left[out], c.y[out] - of_others.mean - with.dot(of_others.dual), 1e-6);
  }
}

TEST(VarianceComponents, AllTheSameIsTheMean) {
  Case c;
  const VarianceFit fit = VarianceComponents({c.of_a, c.of_b}, Eigen::VectorXd::Constant(c.n, 3)).fit({0, 1});
  EXPECT_DOUBLE_EQ(fit.mean, 3);
  EXPECT_TRUE(fit.dual.isZero(0));
  EXPECT_EQ(fit.variance, (std::vector<double>{0, 0}));
}

TEST(VarianceComponents, OneSampleIsItself) {
  const VarianceFit fit =
      VarianceComponents({Eigen::MatrixXd::Ones(1, 1)}, Eigen::VectorXd::Constant(1, 4)).fit({0});
  EXPECT_DOUBLE_EQ(fit.mean, 4);
}

TEST(VarianceComponents, ACovarianceThatSaysNothingGetsNothing) {
  Case c;
  const VarianceFit fit = VarianceComponents({c.of_a, Eigen::MatrixXd::Ones(c.n, c.n)}, c.y).fit({0, 1});
  EXPECT_GT(fit.variance[0], 0);
  EXPECT_DOUBLE_EQ(fit.variance[1], 0);
}

}  // namespace
}  // namespace flash
