#include "flash/predict/nnls.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "../python.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

Eigen::MatrixXd random_matrix(Philox& random, Eigen::Index rows, Eigen::Index columns) {
  Eigen::MatrixXd matrix(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i)
    for (Eigen::Index j = 0; j < columns; ++j) matrix(i, j) = random.normal();
  return matrix;
}

// Karush-Kuhn-Tucker: x >= 0, the gradient is 0 where x > 0 and nowhere points into the feasible side.
void expect_optimal(const Eigen::MatrixXd& A, const Eigen::VectorXd& b, const Eigen::VectorXd& x) {
  ASSERT_TRUE(x.allFinite());
  const Eigen::VectorXd gain = A.transpose() * (b - A * x);
  const double scale = A.norm() * b.norm() + 1e-300;
  for (Eigen::Index j = 0; j < x.size(); ++j) {
    EXPECT_GE(x[j], 0);
    EXPECT_LE(gain[j], 1e-9 * scale);
    if (x[j] > 0) {
      EXPECT_GE(gain[j], -1e-9 * scale);
    }
  }
}

TEST(Nnls, LeavesOutWhatWouldBeNegative) {
  const Eigen::MatrixXd A = Eigen::MatrixXd::Identity(3, 3);
  EXPECT_EQ(nnls(A, Eigen::Vector3d(1, -2, 3)), Eigen::Vector3d(1, 0, 3));
  EXPECT_EQ(nnls(A, Eigen::Vector3d(-1, -2, -3)), Eigen::Vector3d(0, 0, 0));
}

TEST(Nnls, RecoversNonNegativeCoefficients) {
  Philox random(1);
  const Eigen::MatrixXd A = random_matrix(random, 30, 5);
  Eigen::VectorXd x(5);
  x << 3, 0, 0.5, 0, 1e-3;
  EXPECT_LT((nnls(A, A * x) - x).norm(), 1e-12);
}

TEST(Nnls, HandlesEmptyAndZeroProblems) {
  EXPECT_EQ(nnls(Eigen::MatrixXd(3, 0), Eigen::Vector3d(1, 2, 3)).size(), 0);
  EXPECT_EQ(nnls(Eigen::MatrixXd(0, 2), Eigen::VectorXd(0)), Eigen::Vector2d(0, 0));
  EXPECT_EQ(nnls(Eigen::MatrixXd::Zero(3, 2), Eigen::Vector3d(1, 2, 3)), Eigen::Vector2d(0, 0));
  EXPECT_EQ(nnls(Eigen::MatrixXd::Ones(3, 2), Eigen::Vector3d::Zero()), Eigen::Vector2d(0, 0));
}

TEST(Nnls, SolvesProblemsWithEqualColumns) {
  const Eigen::MatrixXd A = Eigen::MatrixXd::Ones(4, 3);
  const Eigen::VectorXd x = nnls(A, Eigen::VectorXd::Constant(4, 6));
  EXPECT_NEAR(x.sum(), 6, 1e-12);
  EXPECT_GE(x.minCoeff(), 0);
}

TEST(Nnls, EqualsSciPyOnRandomProblems) {
  Philox random(17);
  Json rows = Json::array();
  std::vector<double> residuals;
  for (int problem = 0; problem < 200; ++problem) {
    const auto count = static_cast<Eigen::Index>(1 + random.below(12));
    const auto columns = static_cast<Eigen::Index>(1 + random.below(12));
    Eigen::MatrixXd A = random_matrix(random, count, columns);
    if (problem % 3 == 1 && columns > 1) A.col(columns - 1) = 2 * A.col(0);  // rank-deficient
    if (problem % 3 == 2) A = random_matrix(random, count, 1) * random_matrix(random, 1, columns);
    if (problem % 5 == 0) A = A.cwiseAbs();
    const Eigen::VectorXd b = random_matrix(random, count, 1);
    const Eigen::VectorXd x = nnls(A, b);
    expect_optimal(A, b, x);
    residuals.push_back((A * x - b).norm());
    Json matrix = Json::array();
    for (Eigen::Index i = 0; i < count; ++i) {
      const Eigen::RowVectorXd row = A.row(i);
      matrix.push_back(std::vector<double>(row.begin(), row.end()));
    }
    rows.push_back({{"A", std::move(matrix)}, {"b", std::vector<double>(b.begin(), b.end())}});
  }
  const auto answer =
      ask_python("result = [scipy.optimize.nnls(np.array(r['A']), np.array(r['b']))[1] for r in data]", rows);
  if (!answer) GTEST_SKIP() << "no Python with SciPy here";
  for (std::size_t i = 0; i < residuals.size(); ++i)
    EXPECT_NEAR(residuals[i], (*answer)[i].get<double>(), 1e-9) << i;
}

TEST(Nnls, CopesWithBadlyScaledColumns) {
  Philox random(23);
  Eigen::MatrixXd A = random_matrix(random, 40, 6).cwiseAbs();
  for (Eigen::Index j = 0; j < 6; ++j) A.col(j) *= std::pow(10.0, 2 * static_cast<double>(j));
  Eigen::VectorXd x(6);
  for (Eigen::Index j = 0; j < 6; ++j) x[j] = std::pow(10.0, -2 * static_cast<double>(j));
  const Eigen::VectorXd b = A * x;
  EXPECT_LT((A * nnls(A, b) - b).norm(), 1e-6 * b.norm());
}

}  // namespace
}  // namespace flash
