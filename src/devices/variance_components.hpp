// How much of a quantity's variance each of several covariances explains.
#pragma once

#include <Eigen/Dense>
#include <vector>

namespace flash {

// y = mean + a sum of Gaussian effects of covariance variance[k] * covariances[k] + noise of variance `noise`.
struct VarianceFit {
  std::vector<double> variance;  // [covariance]
  double noise = 0;
  double log_likelihood = 0;  // restricted, but for what is the same for all covariances of the same y
  Eigen::VectorXd dual;  // [sample]: the posterior mean at x is mean + sum of covariance(x, sample) * dual
  double mean = 0;
};

// Restricted maximum likelihood by the MM algorithm (Zhou, Hu, Zhou, Lange, "MM algorithms for variance components
// models", JCGS 28, 2019): it climbs at every step, and variances stay positive without a line search. Covariances that
// say nothing of the samples get 0. All y the same: their mean.
class VarianceComponents {
 public:
  VarianceComponents(std::vector<Eigen::MatrixXd> covariances, const Eigen::VectorXd& y);
  // Of each sample, in units of `noise`; 1 to begin with.
  void set_noise(const Eigen::VectorXd& each);
  VarianceFit fit(const std::vector<std::size_t>& which,
                  int iterations = 40) const;  // of these covariances alone
  VarianceFit solved(const std::vector<std::size_t>& which, const std::vector<double>& variance,
                     double noise) const;

  // Each sample less its prediction by the others, at the same variances.
  Eigen::VectorXd left_out(const std::vector<std::size_t>& which, const VarianceFit& fit) const;

 private:
  Eigen::MatrixXd sum(const std::vector<std::size_t>& which, const std::vector<double>& variance,
                      double noise) const;

  std::vector<Eigen::MatrixXd> covariances_;  // [sample][sample]
  std::vector<Eigen::MatrixXd> contrasts_;    // of them, of unit mean diagonal; empty: says nothing
  std::vector<double> scale_;
  Eigen::VectorXd y_;
  Eigen::MatrixXd contrast_;  // [sample][sample - 1]: orthonormal, orthogonal to 1
  Eigen::VectorXd contrast_y_;
  Eigen::VectorXd noise_;
  Eigen::MatrixXd contrast_noise_;
};

}  // namespace flash
