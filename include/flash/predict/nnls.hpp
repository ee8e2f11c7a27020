// Non-negative least squares.
#pragma once

#include <Eigen/Dense>

namespace flash {

// argmin ||A x - b|| subject to x >= 0, by the active-set method of Lawson and Hanson, "Solving Least Squares
// Problems", 1974, chapter 23. A: rows x columns.
Eigen::VectorXd nnls(const Eigen::MatrixXd& A, const Eigen::VectorXd& b);

}  // namespace flash
