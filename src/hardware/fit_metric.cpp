// The fit of a hardware model: which features, and how much of each.
#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/hardware/nnls.hpp"

namespace flash {
namespace {

using Columns = std::vector<Eigen::Index>;

constexpr std::size_t least_networks = 4;
constexpr Eigen::Index folds = 5;
constexpr double least_improvement = 0.01;  // of the cross-validated error, for one more feature

// Column 0 is the intercept, the others are the features; each row is divided by its measurement, so that the
// right hand side is 1 and residuals are relative errors.
Eigen::MatrixXd relative_rows(const FitData& data, std::size_t features) {
  Eigen::MatrixXd A(static_cast<Eigen::Index>(data.features.size()), static_cast<Eigen::Index>(features) + 1);
  for (std::size_t i = 0; i < data.features.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    A(row, 0) = 1;
    for (std::size_t f = 0; f < features; ++f) A(row, static_cast<Eigen::Index>(f) + 1) = data.features[i][f];
    A.row(row) /= data.measured[i];
  }
  return A;
}

// Coefficients of the chosen columns, each column scaled to norm 1 for the solver.
Eigen::VectorXd solve(const Eigen::MatrixXd& A, const Columns& columns) {
  Eigen::MatrixXd chosen = A(Eigen::all, columns);
  const Eigen::VectorXd norms = chosen.colwise().norm().cwiseMax(std::numeric_limits<double>::min());
  chosen *= norms.cwiseInverse().asDiagonal();
  return nnls(chosen, Eigen::VectorXd::Ones(chosen.rows())).cwiseQuotient(norms);
}

// Mean absolute relative error on rows that the fit has not seen. Row i is in fold i mod `folds`.
double cross_validated_error(const Eigen::MatrixXd& A, const Columns& columns) {
  const Eigen::Index count = std::min(folds, A.rows());
  double error = 0;
  for (Eigen::Index fold = 0; fold < count; ++fold) {
    Columns seen;
    Columns unseen;
    for (Eigen::Index row = 0; row < A.rows(); ++row) (row % count == fold ? unseen : seen).push_back(row);
    const Eigen::VectorXd coefficients = solve(A(seen, Eigen::all), columns);
    const Eigen::MatrixXd test = A(unseen, columns);
    error += ((test * coefficients).array() - 1).abs().sum();
  }
  return error / static_cast<double>(A.rows());
}

// Forward selection: the feature that lowers the error most comes in, until none lowers it noticeably.
Columns select(const Eigen::MatrixXd& A) {
  Columns chosen{0};
  double error = cross_validated_error(A, chosen);
  for (;;) {
    Eigen::Index best = 0;
    double best_error = error * (1 - least_improvement);
    for (Eigen::Index candidate = 1; candidate < A.cols(); ++candidate) {
      if (std::ranges::find(chosen, candidate) != chosen.end()) continue;
      Columns longer = chosen;
      longer.push_back(candidate);
      const double candidate_error = cross_validated_error(A, longer);
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

void check_data(const std::vector<std::string>& names, const FitData& data) {
  if (data.features.size() != data.measured.size())
    throw Error(ExitCode::internal, "hardware model: as many networks as measurements are needed");
  for (std::size_t i = 0; i < data.measured.size(); ++i) {
    if (data.features[i].size() != names.size())
      throw Error(ExitCode::internal, "hardware model: a network has another number of features");
    if (!(data.measured[i] > 0) || !std::isfinite(data.measured[i]))
      throw Error(ExitCode::bad_data, "hardware model: measurement " + std::to_string(i) + " is " +
                                          std::to_string(data.measured[i]) +
                                          "; it must be positive and finite");
  }
}

FitQuality quality_on(const MetricModel& model, const std::vector<std::string>& names, const FitData& data) {
  std::vector<double> predicted;
  for (const std::vector<double>& features : data.features)
    predicted.push_back(predict(model, names, features).value);
  return quality(data.measured, predicted);
}

// `columns` of A with a coefficient each, the intercept first and the others positive. The intercept takes no
// part where it is 0. Should the rows not tell all columns apart, the inverse is a pseudo-inverse.
FitSupport support_of(const FitData& networks, const Eigen::MatrixXd& A, const Columns& columns,
                      const Eigen::VectorXd& coefficients) {
  FitSupport support;
  for (const std::vector<double>& features : networks.features) {
    std::vector<double>& row = support.networks.emplace_back();
    for (std::size_t i = 1; i < columns.size(); ++i)
      row.push_back(features[static_cast<std::size_t>(columns[i] - 1)]);
  }
  Eigen::MatrixXd X = A(Eigen::all, columns);
  const Eigen::Index free = X.cols() - (coefficients[0] > 0 ? 0 : 1);
  support.degrees_of_freedom = static_cast<int>(std::max<Eigen::Index>(X.rows() - free, 0));
  if (support.degrees_of_freedom > 0)
    support.sigma = (X * coefficients - Eigen::VectorXd::Ones(X.rows())).norm() /
                    std::sqrt(static_cast<double>(support.degrees_of_freedom));
  if (free < X.cols()) X.col(0).setZero();
  const Eigen::VectorXd norms = X.colwise().norm();
  const Eigen::VectorXd scale = (norms.array() > 0).select(norms.cwiseInverse(), 0);
  const Eigen::MatrixXd root = (X * scale.asDiagonal()).completeOrthogonalDecomposition().pseudoInverse();
  const Eigen::MatrixXd inverse = scale.asDiagonal() * (root * root.transpose()) * scale.asDiagonal();
  support.inverse.assign(inverse.data(), inverse.data() + inverse.size());  // symmetric: the order is moot
  return support;
}

}  // namespace

FitData fit_data(const Space& space, const std::vector<std::string>& names,
                 std::span<const Configuration> networks, std::span<const double> measured,
                 const std::optional<Tiling>& tiling) {
  FitData data;
  for (const Configuration& network : networks)
    data.features.push_back(network_features(space, network, names, tiling));
  data.measured.assign(measured.begin(), measured.end());
  return data;
}

MetricFit fit_metric(const std::vector<std::string>& names, const FitData& networks, const FitData& holdout,
                     const std::optional<Tiling>& tiling) {
  check_data(names, networks);
  check_data(names, holdout);
  if (networks.measured.size() < least_networks)
    throw Error(ExitCode::bad_data, "hardware model: at least 4 measured networks are needed, there are " +
                                        std::to_string(networks.measured.size()));
  const Eigen::MatrixXd A = relative_rows(networks, names.size());
  const Columns chosen = select(A);
  const Eigen::VectorXd coefficients = solve(A, chosen);
  MetricFit fit;
  fit.model.tiling = tiling;
  fit.model.intercept = coefficients[0];
  fit.model.tiling = tiling;
  Columns kept{0};
  std::vector<double> positive{coefficients[0]};
  for (std::size_t i = 1; i < chosen.size(); ++i) {
    const double coefficient = coefficients[static_cast<Eigen::Index>(i)];
    if (!(coefficient > 0)) continue;
    fit.model.terms.push_back({names[static_cast<std::size_t>(chosen[i] - 1)], coefficient});
    kept.push_back(chosen[i]);
    positive.push_back(coefficient);
  }
  const Eigen::Map<const Eigen::VectorXd> solution(positive.data(),
                                                   static_cast<Eigen::Index>(positive.size()));
  fit.model.support = support_of(networks, A, kept, solution);
  fit.fit = quality_on(fit.model, names, networks);
  fit.holdout = quality_on(fit.model, names, holdout);
  return fit;
}

}  // namespace flash
