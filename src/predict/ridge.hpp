// Ridge regression with weighted samples, for many penalties at the cost of one.
#pragma once

#include <Eigen/Dense>

namespace flash {

// Ridge regressions of one design for all penalties: the intercept is free, columns share one penalty.
class Ridge {
 public:
  // A row of `values` a sample; weights are positive, inverse variances up to a common factor.
  Ridge(Eigen::MatrixXd values, const Eigen::VectorXd& targets, const Eigen::VectorXd& weights)
      : roots_(weights.cwiseSqrt()),
        shares_(weights / weights.sum()),
        mean_(values.transpose() * shares_),
        target_mean_(shares_.dot(targets)) {
    values.rowwise() -= mean_.transpose();
    values = roots_.asDiagonal() * values;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(values.transpose() * values);
    curvature_ = solver.eigenvalues().cwiseMax(0);
    axes_ = solver.eigenvectors();
    turned_ = values * axes_;
    targets_ = targets;
    residuals_of_mean_ = roots_.cwiseProduct((targets.array() - target_mean_).matrix());
    projected_ = turned_.transpose() * residuals_of_mean_;
  }

  // What each sample's target would be predicted to be by a fit to the others.
  Eigen::VectorXd left_out(double penalty) const {
    const Eigen::VectorXd damped = damping(penalty);
    const Eigen::VectorXd residuals = residuals_of_mean_ - turned_ * damped.cwiseProduct(projected_);
    const Eigen::VectorXd leverage = turned_.array().square().matrix() * damped + shares_;
    return targets_.array() - residuals.array() / roots_.array() / (1 - leverage.array()).max(1e-9);
  }
  Eigen::VectorXd weights(double penalty) const { return axes_ * damping(penalty).cwiseProduct(projected_); }
  double intercept(const Eigen::VectorXd& weights) const { return target_mean_ - weights.dot(mean_); }

 private:
  Eigen::VectorXd damping(double penalty) const { return (curvature_.array() + penalty).inverse().matrix(); }

  Eigen::VectorXd roots_;   // of the samples' weights
  Eigen::VectorXd shares_;  // of their sum
  Eigen::VectorXd mean_;
  double target_mean_;
  Eigen::VectorXd targets_;
  Eigen::VectorXd curvature_, projected_, residuals_of_mean_;
  Eigen::MatrixXd axes_, turned_;
};

}  // namespace flash
