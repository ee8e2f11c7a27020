// The accuracy predictor theta(g) = 1 / (a + exp(b/g + c)) [reconstructed] and its fit.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

// How far accuracies lie from a fitted curve.
struct AccuracySpread {
  std::vector<double> covariance;  // of (a, b, c), row-major 3x3; NaN where the fit leaves it undetermined
  double sigma = 0;                // residual standard deviation, 3 degrees of freedom taken off
  int degrees_of_freedom = 0;      // samples less 3
};

// Accuracy in (0, 1] from a positive predictor g (NN-Degree, or a rival such as the parameter count).
struct AccuracyModel {
  double a = 1;
  double b = 0;
  double c = 0;
  std::optional<std::pair<double, double>> fitted{};  // least and largest g of the samples behind a fit
  std::optional<AccuracySpread> spread{};             // of a fit
  double operator()(double g) const;
  bool increasing() const { return b > 0; }  // theta rises with g
  // Whether no sample backs the accuracy at g. False of a model written by hand, which rests on none.
  bool extrapolates(double g) const { return fitted && (g < fitted->first || g > fitted->second); }
  // Half width of the 95 % prediction band at g: of 100 networks trained there about 95 come within it (delta
  // method, Student t) [ours]. NaN where the spread is not known.
  double band(double g) const;
};

struct AccuracyFit {
  AccuracyModel model;
  bool converged = false;
  double rmse_fit = 0;       // accuracy units (0.01 is one percentage point)
  double rmse_loo = 0;       // leave-one-out: each sample predicted by a fit to the others
  double rmse_loo_mean = 0;  // the same where the mean of the others predicts
  double spearman = 0;       // rank correlation of g and accuracy, ties averaged
  double kendall = 0;        // tau-b
};

// Non-linear least squares (Levenberg-Marquardt from several starts). g > 0, 0 <= accuracy <= 1 and not all
// 0, at least 4 samples of at least 3 different g; throws Error bad_data otherwise, with the reason.
AccuracyFit fit_accuracy(std::span<const double> g, std::span<const double> accuracy);

double rmse(const AccuracyModel& model, std::span<const double> g, std::span<const double> accuracy);

Json to_json(const AccuracyModel& model);
AccuracyModel accuracy_model_from_json(const Json& json);  // throws Error bad_data

}  // namespace flash
