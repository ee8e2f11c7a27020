#include "flash/predict/nnls.hpp"

#include <limits>
#include <vector>

namespace flash {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

// Least squares on the passive columns alone; 0 for the others.
VectorXd solve_passive(const Eigen::MatrixXd& A, const VectorXd& b, const std::vector<Index>& passive) {
  const VectorXd part = A(Eigen::all, passive).colPivHouseholderQr().solve(b);
  VectorXd solution = VectorXd::Zero(A.cols());
  solution(passive) = part;
  return solution;
}

// The largest step from x towards z that keeps x >= 0; the columns that it brings to 0 leave the passive set.
void step_towards(const VectorXd& z, VectorXd& x, std::vector<Index>& passive) {
  double length = 1;
  Index blocking = -1;
  for (const Index j : passive) {
    if (z[j] > 0) continue;
    const double reach = x[j] / (x[j] - z[j]);
    if (blocking < 0 || reach < length) {
      length = reach;
      blocking = j;
    }
  }
  x += length * (z - x);
  if (blocking >= 0) x[blocking] = 0;
  std::erase_if(passive, [&](Index j) {
    if (x[j] > 0) return false;
    x[j] = 0;
    return true;
  });
}

}  // namespace

VectorXd nnls(const Eigen::MatrixXd& A, const VectorXd& b) {
  const Index columns = A.cols();
  VectorXd x = VectorXd::Zero(columns);
  if (columns == 0 || A.rows() == 0) return x;
  std::vector<Index> passive;  // columns that may be positive
  // Rounding in the gradient is of this order; a column that gains less is left at 0.
  const double tolerance = 10 * std::numeric_limits<double>::epsilon() *
                           static_cast<double>(std::max(A.rows(), columns)) * A.cwiseAbs().maxCoeff() *
                           std::max(b.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min());
  // Each round descends, so none of the finitely many passive sets comes twice; the limit guards against
  // rounding.
  for (Index round = 0; round < 30 * columns; ++round) {
    VectorXd gain = A.transpose() * (b - A * x);
    for (const Index j : passive) gain[j] = 0;
    VectorXd z;
    for (;;) {
      Index enter = 0;
      if (!(gain.maxCoeff(&enter) > tolerance)) return x;
      passive.push_back(enter);
      z = solve_passive(A, b, passive);
      if (z[enter] > 0) break;
      // A column that depends on the passive ones seemed to gain by rounding alone.
      passive.pop_back();
      gain[enter] = 0;
    }
    while (!passive.empty() && z(passive).minCoeff() <= 0) {
      step_towards(z, x, passive);
      z = passive.empty() ? VectorXd::Zero(columns) : solve_passive(A, b, passive);
    }
    x = z;
  }
  return x;
}

}  // namespace flash
