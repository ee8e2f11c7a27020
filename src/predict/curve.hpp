// The predictor's least squares in scaled terms; internal to the room.
#pragma once

#include <Eigen/Dense>
#include <span>
#include <vector>

#include "flash/predict/accuracy_model.hpp"

namespace flash {

// theta(x) = 1 / (a + exp(b * x + k)), a >= 0. Here x = scale / g - shift with scale and shift such that x is
// of order 1 and centred, whether g is an NN-Degree of tens or a number of MACs of billions.
struct Curve {
  double a = 0;
  double b = 0;
  double k = 0;
};

class CurveProblem {
 public:
  CurveProblem(std::span<const double> g, std::span<const double> accuracy,
               std::span<const double> weights = {});

  struct Solution {
    Curve curve;
    double squares = 0;  // sum of squared residuals
    bool converged = false;
  };
  // The best of Levenberg-Marquardt descents from several starts that a grid over b suggests.
  Solution solve() const;
  // One descent.
  Solution descend(const Curve& start) const;
  // The same problem without one sample.
  CurveProblem without(Eigen::Index sample) const;

  // Of (a, b, c) in the model's terms, from the curvature at `curve` and the residual variance; NaN where
  // singular.
  Eigen::Matrix3d covariance(const Curve& curve, double variance) const;
  AccuracyModel model(const Curve& curve) const;

 private:
  CurveProblem() = default;
  double squares(const Curve& curve) const;
  Eigen::MatrixX3d jacobian(const Curve& curve) const;
  Eigen::VectorXd residuals(const Curve& curve) const;
  std::vector<Curve> starts() const;
  bool linear_start(double b, Curve& start) const;

  Eigen::VectorXd x_;
  Eigen::VectorXd accuracy_;
  Eigen::VectorXd root_weights_;  // of residuals
  double scale_ = 1;
  double shift_ = 0;
};

}  // namespace flash
