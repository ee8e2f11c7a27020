#include "variance_components.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace flash {
namespace {

constexpr double least_noise = 1e-5;  // of the variance of y: keeps the inverse in bounds
constexpr double converged = 1e-3;    // of the variance of y

// Helmert's: the mean of the first k less the next.
Eigen::MatrixXd helmert(Eigen::Index count) {
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(count, std::max<Eigen::Index>(count - 1, 0));
  for (Eigen::Index k = 1; k < count; ++k) {
    const double length = std::sqrt(static_cast<double>(k) * static_cast<double>(k + 1));
    result.col(k - 1).head(k).setConstant(1 / length);
    result(k, k - 1) = -static_cast<double>(k) / length;
  }
  return result;
}

}  // namespace

VarianceComponents::VarianceComponents(std::vector<Eigen::MatrixXd> covariances, const Eigen::VectorXd& y)
    : covariances_(std::move(covariances)), y_(y), contrast_(helmert(y.size())) {
  contrast_y_ = contrast_.transpose() * y_;
  for (const Eigen::MatrixXd& covariance : covariances_) {
    Eigen::MatrixXd projected;
    projected.noalias() = contrast_.transpose() * (covariance * contrast_);
    const double diagonal = y.size() > 1 ? projected.trace() / static_cast<double>(y.size() - 1) : 0;
    const double whole = covariance.diagonal().cwiseAbs().mean();
    const bool says = diagonal > 1e-9 * whole && diagonal > 0;
    scale_.push_back(says ? diagonal : 0);
    contrasts_.push_back(says ? Eigen::MatrixXd(projected / diagonal) : Eigen::MatrixXd());
  }
}

VarianceFit VarianceComponents::fit(const std::vector<std::size_t>& which, int iterations) const {
  const Eigen::Index count = contrast_y_.size();
  std::vector<std::size_t> used;
  for (const std::size_t k : which)
    if (scale_[k] > 0) used.push_back(k);
  std::vector<double> variance(which.size(), 0);
  const double whole = count > 0 ? contrast_y_.squaredNorm() / static_cast<double>(count) : 0;
  if (!(whole > 0) || count < 1) return solved(which, variance, 0);
  const auto parts = static_cast<Eigen::Index>(used.size());
  Eigen::VectorXd theta = Eigen::VectorXd::Constant(parts + 1, whole / static_cast<double>(parts + 1));
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(count, count);
  Eigen::MatrixXd sum(count, count);
  Eigen::MatrixXd inverse(count, count);
  for (int iteration = 0; iteration < iterations && parts > 0; ++iteration) {
    sum = theta[parts] * identity;
    for (Eigen::Index k = 0; k < parts; ++k) sum += theta[k] * contrasts_[used[static_cast<std::size_t>(k)]];
    inverse = sum.llt().solve(identity);
    const Eigen::VectorXd dual = inverse * contrast_y_;
    double moved = 0;
    for (Eigen::Index k = 0; k <= parts; ++k) {
      double explained = 0;
      double expected = 0;
      if (k == parts) {
        explained = dual.squaredNorm();
        expected = inverse.trace();
      } else {
        const Eigen::MatrixXd& covariance = contrasts_[used[static_cast<std::size_t>(k)]];
        explained = dual.dot(covariance * dual);
        expected = covariance.cwiseProduct(inverse).sum();
      }
      double next = theta[k] * std::sqrt(std::max(explained, 0.0) / expected);
      if (k == parts) next = std::max(next, least_noise * whole);
      moved = std::max(moved, std::abs(next - theta[k]));
      theta[k] = next;
    }
    if (moved < converged * whole) break;
  }
  for (std::size_t k = 0, u = 0; k < which.size(); ++k)
    if (scale_[which[k]] > 0) variance[k] = theta[static_cast<Eigen::Index>(u++)] / scale_[which[k]];
  return solved(which, variance, theta[parts]);
}

VarianceFit VarianceComponents::solved(const std::vector<std::size_t>& which,
                                       const std::vector<double>& variance, double noise) const {
  VarianceFit fit{variance, noise, 0, Eigen::VectorXd::Zero(y_.size()), y_.size() > 0 ? y_.mean() : 0};
  const Eigen::Index count = contrast_y_.size();
  if (!(noise > 0) || count < 1) return fit;
  Eigen::MatrixXd sum = noise * Eigen::MatrixXd::Identity(count, count);
  for (std::size_t k = 0; k < which.size(); ++k)
    if (variance[k] > 0) sum += variance[k] * scale_[which[k]] * contrasts_[which[k]];
  const Eigen::LLT<Eigen::MatrixXd> factor(sum);
  const Eigen::VectorXd dual = factor.solve(contrast_y_);
  const Eigen::MatrixXd& triangle = factor.matrixLLT();
  fit.log_likelihood = -0.5 * contrast_y_.dot(dual) - triangle.diagonal().array().log().sum();
  fit.dual = contrast_ * dual;
  for (std::size_t k = 0; k < which.size(); ++k)
    if (variance[k] > 0) fit.mean -= variance[k] * (covariances_[which[k]] * fit.dual).mean();
  return fit;
}

}  // namespace flash
