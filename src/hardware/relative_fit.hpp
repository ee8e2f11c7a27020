// Least squares on relative errors with a choice of columns, and how far it is off; internal to the room.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "flash/hardware/hardware_model.hpp"

namespace flash {

// A row a network, (1, features) divided by the measurement: the right hand side is 1, and residuals are
// relative errors. At least one network.
Eigen::MatrixXd relative_rows(const FitData& data);

// Of such a matrix.
struct RelativeFit {
  std::vector<Eigen::Index> columns;  // the intercept's, 0, first; then those with a positive coefficient
  Eigen::VectorXd coefficients;       // one a column, >= 0
  // (X^T X)^-1 of these columns; the intercept takes no part where it is 0. Should the rows not tell all
  // columns apart, the inverse is a pseudo-inverse.
  Eigen::MatrixXd inverse;

  int coefficients_free() const;  // how many are above 0
};

// Non-negative least squares on columns that forward selection by cross-validation chooses. Deterministic.
RelativeFit fit_relative(const Eigen::MatrixXd& A);

// Standard deviation of a measurement about its prediction, relative to it, in units of sqrt(1 + leverage)
// [ours]: from networks that neither the choice of columns nor the coefficients have seen, since the whole
// fit is made anew without each of up to `parts` parts of the rows. Where their errors have longer tails than a
// normal distribution's, so much more that `quantile` times it holds the share of them that split-conformal
// prediction asks for: the ceil(0.95 (n + 1))-th of n (Vovk, Gammerman, Shafer, Algorithmic Learning in a Random
// World, 2005). `quantile`: what a band's half width is in units of the deviation.
double prediction_spread(const Eigen::MatrixXd& A, double quantile);

}  // namespace flash
