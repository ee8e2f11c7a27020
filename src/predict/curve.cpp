#include "curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash {
namespace {

constexpr double max_exponent = 700;  // exp() is still finite
constexpr int max_iterations = 1000;
constexpr std::size_t kept_starts = 8;

double exponential(const Curve& curve, double x) {
  return std::exp(std::min(curve.b * x + curve.k, max_exponent));
}

Curve moved(const Curve& curve, const Eigen::Vector3d& step) {
  return {std::max(curve.a + step[0], 0.0), curve.b + step[1], curve.k + step[2]};
}

bool negligible(const Eigen::Vector3d& step, const Curve& curve) {
  const auto small = [](double change, double value) {
    return std::abs(change) <= 1e-13 * (std::abs(value) + 1e-3);
  };
  return small(step[0], curve.a) && small(step[1], curve.b) && small(step[2], curve.k);
}

}  // namespace

CurveProblem::CurveProblem(std::span<const double> g, std::span<const double> accuracy,
                           std::span<const double> weights)
    : x_(static_cast<Eigen::Index>(g.size())),
      accuracy_(
          Eigen::Map<const Eigen::VectorXd>(accuracy.data(), static_cast<Eigen::Index>(accuracy.size()))),
      root_weights_(Eigen::VectorXd::Ones(x_.size())) {
  for (std::size_t i = 0; i < weights.size(); ++i)
    root_weights_[static_cast<Eigen::Index>(i)] = std::sqrt(weights[i]);
  const Eigen::Map<const Eigen::VectorXd> values(g.data(), static_cast<Eigen::Index>(g.size()));
  scale_ = values.mean();
  x_ = scale_ / values.array();
  shift_ = x_.mean();
  x_.array() -= shift_;
}

CurveProblem CurveProblem::without(Eigen::Index sample) const {
  CurveProblem rest;
  rest.scale_ = scale_;
  rest.shift_ = shift_;
  const Eigen::Index after = x_.size() - sample - 1;
  rest.x_.resize(x_.size() - 1);
  rest.accuracy_.resize(x_.size() - 1);
  rest.x_ << x_.head(sample), x_.tail(after);
  rest.accuracy_ << accuracy_.head(sample), accuracy_.tail(after);
  rest.root_weights_.resize(x_.size() - 1);
  rest.root_weights_ << root_weights_.head(sample), root_weights_.tail(after);
  return rest;
}

Eigen::VectorXd CurveProblem::residuals(const Curve& curve) const {
  const Eigen::VectorXd plain =
      x_.unaryExpr([&](double x) { return 1 / (curve.a + exponential(curve, x)); }) - accuracy_;
  return plain.cwiseProduct(root_weights_);
}

double CurveProblem::squares(const Curve& curve) const { return residuals(curve).squaredNorm(); }

Eigen::MatrixX3d CurveProblem::jacobian(const Curve& curve) const {
  Eigen::MatrixX3d J(x_.size(), 3);
  for (Eigen::Index i = 0; i < x_.size(); ++i) {
    const double e = exponential(curve, x_[i]);
    const double theta = 1 / (curve.a + e);
    const double slope = -theta * (theta * e);  // d theta / d exponent; this order cannot overflow
    J.row(i) << -theta * theta, slope * x_[i], slope;
    J.row(i) *= root_weights_[i];
  }
  return J;
}

// For a given b, 1/theta = a + e^k exp(b x) is linear in a and e^k. Weights accuracy^2 turn errors of
// 1/accuracy into errors of accuracy, to first order. False where no e^k > 0 fits.
bool CurveProblem::linear_start(double b, Curve& start) const {
  const double reference =
      b > 0 ? x_.maxCoeff() : x_.minCoeff();  // there the exponential is 1, elsewhere below
  const Eigen::ArrayXd weight = accuracy_.array().square();
  const Eigen::VectorXd rhs = accuracy_;  // weight / accuracy
  Eigen::MatrixX2d columns(x_.size(), 2);
  columns.col(0) = weight;
  columns.col(1) = weight * (b * (x_.array() - reference)).exp();
  Eigen::Vector2d solution = columns.colPivHouseholderQr().solve(rhs);
  if (!(solution[0] >= 0)) solution << 0, columns.col(1).dot(rhs) / columns.col(1).squaredNorm();
  if (!(solution[1] > 0) || !solution.allFinite()) return false;
  start = {solution[0], b, std::log(solution[1]) - b * reference};
  return true;
}

std::vector<Curve> CurveProblem::starts() const {
  // A constant is always a start, so that the fit is never worse than the mean.
  std::vector<std::pair<double, Curve>> list;
  const Curve constant{0, 0, -std::log(accuracy_.mean())};
  list.emplace_back(squares(constant), constant);

  // From "nearly linear over all x" to "steep within the x that differ least from each other's scale".
  const double smallest = 1e-2 / (x_.maxCoeff() - x_.minCoeff());
  const double largest = 1e2 / (x_.minCoeff() + shift_);
  constexpr int steps = 60;
  for (int step = 0; step <= steps; ++step) {
    const double size = smallest * std::pow(largest / smallest, static_cast<double>(step) / steps);
    for (const double b : {size, -size}) {
      Curve start;
      if (linear_start(b, start)) list.emplace_back(squares(start), start);
    }
  }
  std::ranges::stable_sort(list, {}, &std::pair<double, Curve>::first);
  std::vector<Curve> best;
  for (std::size_t i = 0; i < std::min(list.size(), kept_starts); ++i) best.push_back(list[i].second);
  best.push_back(constant);
  return best;
}

CurveProblem::Solution CurveProblem::solve() const {
  Solution best;
  best.squares = std::numeric_limits<double>::infinity();
  for (const Curve& start : starts()) {
    const Solution solution = descend(start);
    if (solution.squares < best.squares) best = solution;
  }
  return best;
}

// Levenberg-Marquardt with Marquardt's scaling; a is held at 0 while it would leave [0, inf).
CurveProblem::Solution CurveProblem::descend(const Curve& start) const {
  Solution at{start, squares(start), false};
  double damping = 1e-3;
  for (int iteration = 0; iteration < max_iterations; ++iteration) {
    const Eigen::MatrixX3d J = jacobian(at.curve);
    Eigen::Vector3d gradient = J.transpose() * residuals(at.curve);
    Eigen::Matrix3d curvature = J.transpose() * J;
    if (at.curve.a == 0 && gradient[0] >= 0) {
      gradient[0] = 0;
      curvature.row(0).tail<2>().setZero();
      curvature.col(0).tail<2>().setZero();
    }
    const Eigen::Vector3d diagonal = curvature.diagonal().cwiseMax(std::numeric_limits<double>::min());
    Eigen::Vector3d step;
    bool descended = false;
    for (; !descended && damping < 1e16; damping *= descended ? 0.1 : 10) {
      Eigen::Matrix3d damped = curvature;
      damped.diagonal() += damping * diagonal;
      step = damped.ldlt().solve(-gradient);
      const Curve trial = moved(at.curve, step);
      const double trial_squares = squares(trial);
      descended = trial_squares < at.squares;  // false where either is not a number
      if (descended) {
        at.curve = trial;
        at.squares = trial_squares;
      }
    }
    damping = std::max(damping, 1e-12);
    // Where no step, however short, descends, rounding ends the descent.
    if (!descended || negligible(step, at.curve)) {
      at.converged = true;
      return at;
    }
  }
  return at;
}

AccuracyModel CurveProblem::model(const Curve& curve) const {
  return {curve.a, curve.b * scale_, curve.k - curve.b * shift_};
}

Eigen::Matrix3d CurveProblem::covariance(const Curve& curve, double variance) const {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const Eigen::MatrixX3d J = jacobian(curve);
  const Eigen::Index first = curve.a == 0 ? 1 : 0;  // at its bound a is fixed: no variance
  const Eigen::Index count = 3 - first;
  const Eigen::VectorXd norms = J.rightCols(count).colwise().norm();
  if (!(norms.minCoeff() > 0)) return Eigen::Matrix3d::Constant(nan);
  const Eigen::MatrixXd scaled = J.rightCols(count) * norms.cwiseInverse().asDiagonal();
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(scaled, Eigen::ComputeThinV);
  if (svd.singularValues()[count - 1] < 1e-9 * svd.singularValues()[0]) return Eigen::Matrix3d::Constant(nan);
  const Eigen::MatrixXd root =
      norms.cwiseInverse().asDiagonal() * svd.matrixV() * svd.singularValues().cwiseInverse().asDiagonal();
  Eigen::Matrix3d inner = Eigen::Matrix3d::Zero();
  inner.bottomRightCorner(count, count) = variance * root * root.transpose();
  Eigen::Matrix3d to_model = Eigen::Matrix3d::Identity();  // d(a, b, c) / d(a, b, k), as in model()
  to_model(1, 1) = scale_;
  to_model(2, 1) = -shift_;
  return to_model * inner * to_model.transpose();
}

}  // namespace flash
