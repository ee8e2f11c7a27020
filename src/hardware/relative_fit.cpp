#include "relative_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "flash/predict/nnls.hpp"

namespace flash {
namespace {

using Columns = std::vector<Eigen::Index>;

constexpr Eigen::Index folds = 5;           // of the cross-validation that chooses columns
constexpr Eigen::Index parts = 10;          // of the one around it that tells the error
constexpr double least_improvement = 0.01;  // of the cross-validated error, for one more feature
constexpr Eigen::Index many = 500;          // rows, of which the triangle of their QR is solved faster

struct Split {
  Columns seen;  // rows
  Columns unseen;
};

// Row i is in fold i mod `count`.
Split split(Eigen::Index rows, Eigen::Index count, Eigen::Index fold) {
  Split result;
  for (Eigen::Index row = 0; row < rows; ++row)
    (row % count == fold ? result.unseen : result.seen).push_back(row);
  return result;
}

// Rows of A x = b, of which nothing but the least squares counts: in place of many rows stands the triangle of their QR.
class Rows {
 public:
  explicit Rows(Eigen::MatrixXd A) : A_(std::move(A)), b_(Eigen::VectorXd::Ones(A_.rows())) {
    if (A_.rows() > many) shorten();
  }

  // Coefficients of the columns, each scaled to norm 1 for the solver.
  Eigen::VectorXd solve(const Columns& columns) const {
    Rows part(A_(Eigen::all, columns), b_);
    if (is_short_) part.shorten();
    Eigen::MatrixXd& A = part.A_;
    const Eigen::VectorXd norms = A.colwise().norm().cwiseMax(std::numeric_limits<double>::min());
    A *= norms.cwiseInverse().asDiagonal();
    return nnls(A, part.b_).cwiseQuotient(norms);
  }

 private:
  Rows(Eigen::MatrixXd A, Eigen::VectorXd b) : A_(std::move(A)), b_(std::move(b)) {}

  void shorten() {
    if (A_.rows() <= A_.cols()) return;
    Eigen::MatrixXd both(A_.rows(), A_.cols() + 1);
    both << A_, b_;
    const Eigen::MatrixXd triangle =
        both.householderQr().matrixQR().topRows(both.cols()).triangularView<Eigen::Upper>();
    A_ = triangle.leftCols(A_.cols());
    b_ = triangle.rightCols(1);
    is_short_ = true;
  }

  Eigen::MatrixXd A_;
  Eigen::VectorXd b_;
  bool is_short_ = false;
};

struct Fold {
  Rows seen;
  Eigen::MatrixXd unseen;
};

std::vector<Fold> folds_of(const Eigen::MatrixXd& A) {
  std::vector<Fold> all;
  const Eigen::Index count = std::min(folds, A.rows());
  for (Eigen::Index fold = 0; fold < count; ++fold) {
    const auto [seen, unseen] = split(A.rows(), count, fold);
    all.push_back({Rows(A(seen, Eigen::all)), A(unseen, Eigen::all)});
  }
  return all;
}

// Mean absolute relative error on rows that the fit has not seen.
double cross_validated_error(const std::vector<Fold>& split_rows, const Columns& columns) {
  double error = 0;
  Eigen::Index rows = 0;
  for (const Fold& fold : split_rows) {
    const Eigen::VectorXd coefficients = fold.seen.solve(columns);
    const Eigen::MatrixXd test = fold.unseen(Eigen::all, columns);
    error += ((test * coefficients).array() - 1).abs().sum();
    rows += test.rows();
  }
  return error / static_cast<double>(rows);
}

// Forward selection: the feature that lowers the error most comes in, until none lowers it noticeably.
Columns select(const Eigen::MatrixXd& A) {
  const std::vector<Fold> split_rows = folds_of(A);
  Columns chosen{0};
  double error = cross_validated_error(split_rows, chosen);
  for (;;) {
    Eigen::Index best = 0;
    double best_error = error * (1 - least_improvement);
    for (Eigen::Index candidate = 1; candidate < A.cols(); ++candidate) {
      if (std::ranges::find(chosen, candidate) != chosen.end()) continue;
      Columns longer = chosen;
      longer.push_back(candidate);
      const double candidate_error = cross_validated_error(split_rows, longer);
      if (candidate_error < best_error) {
        best = candidate;
        best_error = candidate_error;
      }
    }
    if (best == 0) return chosen;
    chosen.push_back(best);
    error = best_error;
  }
}

Eigen::MatrixXd inverse_of(Eigen::MatrixXd X, bool with_intercept) {
  if (!with_intercept) X.col(0).setZero();
  const Eigen::VectorXd norms = X.colwise().norm();
  const Eigen::VectorXd scale = (norms.array() > 0).select(norms.cwiseInverse(), 0);
  X *= scale.asDiagonal();
  // Of many rows their triangle will do: the pseudo-inverse of X itself would have as many columns, made one by one.
  if (X.rows() > std::max(many, X.cols())) {
    const Eigen::MatrixXd triangle =
        X.householderQr().matrixQR().topRows(X.cols()).triangularView<Eigen::Upper>();
    X = triangle;
  }
  const Eigen::MatrixXd root = X.completeOrthogonalDecomposition().pseudoInverse();
  return scale.asDiagonal() * (root * root.transpose()) * scale.asDiagonal();
}

}  // namespace

Eigen::MatrixXd relative_rows(const FitData& data) {
  const std::size_t features = data.features.front().size();
  Eigen::MatrixXd A(static_cast<Eigen::Index>(data.features.size()), static_cast<Eigen::Index>(features) + 1);
  for (std::size_t i = 0; i < data.features.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    A(row, 0) = 1;
    for (std::size_t f = 0; f < features; ++f) A(row, static_cast<Eigen::Index>(f) + 1) = data.features[i][f];
    A.row(row) /= data.measured[i];
  }
  return A;
}

int RelativeFit::coefficients_free() const { return static_cast<int>((coefficients.array() > 0).count()); }

RelativeFit fit_relative(const Eigen::MatrixXd& A) {
  const Columns chosen = select(A);
  const Eigen::VectorXd coefficients = Rows(A).solve(chosen);
  RelativeFit fit;
  std::vector<double> kept;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const double coefficient = coefficients[static_cast<Eigen::Index>(i)];
    if (i > 0 && !(coefficient > 0)) continue;
    fit.columns.push_back(chosen[i]);
    kept.push_back(coefficient);
  }
  fit.coefficients = Eigen::Map<const Eigen::VectorXd>(kept.data(), static_cast<Eigen::Index>(kept.size()));
  fit.inverse = inverse_of(A(Eigen::all, fit.columns), kept.front() > 0);
  return fit;
}

double prediction_spread(const Eigen::MatrixXd& A, double quantile) {
  const Eigen::Index count = std::min(parts, A.rows());
  double squares = 0;
  std::vector<double> errors;
  for (Eigen::Index part = 0; part < count; ++part) {
    const auto [seen, unseen] = split(A.rows(), count, part);
    const RelativeFit fit = fit_relative(A(seen, Eigen::all));
    for (const Eigen::Index row : unseen) {
      const Eigen::VectorXd network = A(row, fit.columns).transpose();
      const double predicted = network.dot(fit.coefficients);  // over the measurement, as all of the row
      const double error = (1 - predicted) / predicted;
      const double leverage = network.dot(fit.inverse * network) / (predicted * predicted);
      squares += error * error / (1 + leverage);
      errors.push_back(std::abs(error) / std::sqrt(1 + leverage));
    }
  }
  const double deviation = std::sqrt(squares / static_cast<double>(A.rows()));
  const auto rank = static_cast<std::size_t>(std::ceil(band_confidence * static_cast<double>(A.rows() + 1)));
  if (rank > errors.size()) return deviation;  // too few to tell
  std::ranges::nth_element(errors, errors.begin() + static_cast<std::ptrdiff_t>(rank) - 1);
  return std::max(deviation, errors[rank - 1] / quantile);
}

}  // namespace flash
