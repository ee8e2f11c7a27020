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
  set_noise(Eigen::VectorXd::Ones(y.size()));
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

void VarianceComponents::set_noise(const Eigen::VectorXd& each) {
  noise_ = each;
  contrast_noise_.noalias() = contrast_.transpose() * each.asDiagonal() * contrast_;
}

Eigen::VectorXd VarianceComponents::left_out(const std::vector<std::size_t>& which,
                                             const VarianceFit& fit) const {
  if (!(fit.noise > 0) || contrast_y_.size() < 1) return Eigen::VectorXd::Zero(y_.size());
  const Eigen::Index count = contrast_y_.size();
  const Eigen::MatrixXd inverse =
      sum(which, fit.variance, fit.noise).llt().solve(Eigen::MatrixXd::Identity(count, count));
  const Eigen::VectorXd diagonal = (contrast_ * inverse).cwiseProduct(contrast_).rowwise().sum();
  return fit.dual.cwiseQuotient(diagonal);
}

Eigen::MatrixXd VarianceComponents::sum(const std::vector<std::size_t>& which,
                                        const std::vector<double>& variance, double noise) const {
  Eigen::MatrixXd result = noise * contrast_noise_;
  for (std::size_t k = 0; k < which.size(); ++k)
    if (variance[k] > 0) result += variance[k] * scale_[which[k]] * contrasts_[which[k]];
  return result;
}

VarianceFit VarianceComponents::fit(const std::vector<std::size_t>& which, int iterations) const {
  const Eigen::Index count = contrast_y_.size();
  std::vector<std::size_t> used;
  for (const std::size_t k : which)
    if (scale_[k] > 0) used.push_back(k);
  std::vector<double> variance(which.size(), 0);
  const double whole = count > 0 ? contrast_y_.squaredNorm() / static_cast<double>(count) : 0;
  // All alike but for rounding.
  if (count < 1 || !(whole > 1e-24 * y_.squaredNorm())) return solved(which, variance, 0);
  const auto parts = static_cast<Eigen::Index>(used.size());
  Eigen::VectorXd theta = Eigen::VectorXd::Constant(parts + 1, whole / static_cast<double>(parts + 1));
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(count, count);
  Eigen::MatrixXd total(count, count);
  Eigen::MatrixXd inverse(count, count);
  for (int iteration = 0; iteration < iterations && parts > 0; ++iteration) {
    total = theta[parts] * contrast_noise_;
    for (Eigen::Index k = 0; k < parts; ++k)
      total += theta[k] * contrasts_[used[static_cast<std::size_t>(k)]];
    inverse = total.llt().solve(identity);
    const Eigen::VectorXd dual = inverse * contrast_y_;
    double moved = 0;
    for (Eigen::Index k = 0; k <= parts; ++k) {
      const Eigen::MatrixXd& covariance =
          k == parts ? contrast_noise_ : contrasts_[used[static_cast<std::size_t>(k)]];
      const double explained = dual.dot(covariance * dual);
      const double expected = covariance.cwiseProduct(inverse).sum();
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
  const Eigen::LLT<Eigen::MatrixXd> factor(sum(which, variance, noise));
  const Eigen::VectorXd dual = factor.solve(contrast_y_);
  const Eigen::MatrixXd& triangle = factor.matrixLLT();
  fit.log_likelihood = -0.5 * contrast_y_.dot(dual) - triangle.diagonal().array().log().sum();
  fit.dual = contrast_ * dual;
  fit.mean -= noise * noise_.dot(fit.dual) / static_cast<double>(y_.size());
  for (std::size_t k = 0; k < which.size(); ++k)
    if (variance[k] > 0) fit.mean -= variance[k] * (covariances_[which[k]] * fit.dual).mean();
  return fit;
}

}  // namespace flash
