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
struct RelativeProblem {
  Eigen::MatrixXd A;
  std::vector<std::string> names;  // of columns 1 ...
};

RelativeProblem make_problem(const Space& space, std::span<const Configuration> networks,
                             std::span<const double> measured, const std::optional<Tiling>& tiling) {
  RelativeProblem problem{{}, feature_names(space.definition(), tiling)};
  problem.A.resize(static_cast<Eigen::Index>(networks.size()),
                   static_cast<Eigen::Index>(problem.names.size()) + 1);
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const std::vector<double> features = network_features(space, networks[i], problem.names, tiling);
    problem.A(row, 0) = 1;
    for (std::size_t f = 0; f < features.size(); ++f)
      problem.A(row, static_cast<Eigen::Index>(f) + 1) = features[f];
    problem.A.row(row) /= measured[i];
  }
  return problem;
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

void check_measurements(std::span<const Configuration> networks, std::span<const double> measured) {
  if (networks.size() != measured.size())
    throw Error(ExitCode::internal, "hardware model: as many networks as measurements are needed");
  for (std::size_t i = 0; i < measured.size(); ++i)
    if (!(measured[i] > 0) || !std::isfinite(measured[i]))
      throw Error(ExitCode::bad_data, "hardware model: measurement " + std::to_string(i) + " is " +
                                          std::to_string(measured[i]) + "; it must be positive and finite");
}

FitQuality quality_on(const MetricModel& model, const Space& space, std::span<const Configuration> networks,
                      std::span<const double> measured) {
  std::vector<double> predicted;
  for (const Configuration& network : networks) predicted.push_back(model(space, network));
  return quality(measured, predicted);
}

}  // namespace

MetricFit fit_metric(const Space& space, std::span<const Configuration> networks,
                     std::span<const double> measured, std::span<const Configuration> holdout,
                     std::span<const double> holdout_measured, const std::optional<Tiling>& tiling) {
  check_measurements(networks, measured);
  check_measurements(holdout, holdout_measured);
  if (networks.size() < least_networks)
    throw Error(ExitCode::bad_data, "hardware model: at least 4 measured networks are needed, there are " +
                                        std::to_string(networks.size()));
  const RelativeProblem problem = make_problem(space, networks, measured, tiling);
  const Columns chosen = select(problem.A);
  const Eigen::VectorXd coefficients = solve(problem.A, chosen);
  MetricFit fit;
  fit.model.tiling = tiling;
  fit.model.intercept = coefficients[0];
  for (std::size_t i = 1; i < chosen.size(); ++i) {
    const double coefficient = coefficients[static_cast<Eigen::Index>(i)];
    if (coefficient > 0)
      fit.model.terms.push_back({problem.names[static_cast<std::size_t>(chosen[i] - 1)], coefficient});
  }
  fit.fit = quality_on(fit.model, space, networks, measured);
  fit.holdout = quality_on(fit.model, space, holdout, holdout_measured);
  return fit;
}

}  // namespace flash
