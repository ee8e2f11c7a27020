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
  // What errors of networks that the fit has not seen are larger by than the band says: the root mean square of
  // the leave-one-out errors over their bands' standard deviations [ours].
  double factor = 1;
};

// Accuracy in (0, 1] from a positive predictor g (NN-Degree, or a rival such as the parameter count).
struct AccuracyModel {
  double a = 1;
  double b = 0;
  double c = 0;
  std::optional<std::pair<double, double>> fitted{};  // least and largest g of the samples behind a fit
  std::optional<AccuracySpread> spread{};             // of a fit
  // Half width of the 95 % prediction band in units of g, where it is the same at all g: of an additive score.
  std::optional<double> score_band{};
  double operator()(double g) const;
  bool increasing() const { return b > 0; }  // theta rises with g
  // Whether no sample backs the accuracy at g. False of a model written by hand, which rests on none.
  bool extrapolates(double g) const { return fitted && (g < fitted->first || g > fitted->second); }
  // Half width of the 95 % prediction band at g: of 100 networks trained there about 95 come within it. By
  // score_band, where there is one; else by the delta method and Student's t, times the spread's factor [ours].
  // NaN where neither is known.
  double band(double g) const;
};

struct AccuracyFit {
  AccuracyModel model;
  bool converged = false;
  double rmse_fit = 0;               // accuracy units (0.01 is one percentage point)
  double rmse_loo = 0;               // leave-one-out: each sample predicted by a fit to the others
  double rmse_loo_mean = 0;          // the same where the mean of the others predicts
  double spearman = 0;               // rank correlation of g and accuracy, ties averaged
  double kendall = 0;                // tau-b
  std::vector<double> errors_loo{};  // predicted less trained, in the order of the samples
};

// Half width of a 95 % prediction band from leave-one-out errors [ours]: Student's t times their root mean
// square. In simulations such bands held 93 to 96 % of new networks from 25 samples on, whatever the errors'
// distribution, and varied less than those of the errors' own quantile.
double band_of_errors(double rmse_loo, std::size_t samples);

// Non-linear least squares (Levenberg-Marquardt from several starts). g > 0, 0 <= accuracy <= 1 and not all
// 0, at least 4 samples of at least 3 different g; throws Error bad_data otherwise, with the reason.
// `weights`, > 0, are those of squared residuals, 1 for an accuracy that is one training's; empty: all are 1.
// Errors are not weighted.
AccuracyFit fit_accuracy(std::span<const double> g, std::span<const double> accuracy,
                         std::span<const double> weights = {});

// What a mean of so many trainings weighs beside one training, where a training strays from its network's mean by
// `noise` and networks' true accuracies from the fit by `misfit`: inverse variances. 1 where both are 0 or noise
// is not known.
double weight_of(std::size_t trainings, double noise, double misfit);

double rmse(const AccuracyModel& model, std::span<const double> g, std::span<const double> accuracy);

Json to_json(const AccuracyModel& model);
AccuracyModel accuracy_model_from_json(const Json& json);  // throws Error bad_data

}  // namespace flash
