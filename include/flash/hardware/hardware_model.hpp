// Analytic hardware models: non-negative combinations of separable features, fitted on measured networks.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/hardware/features.hpp"
#include "flash/hardware/metric.hpp"

namespace flash {

struct MetricModel {
  struct Term {
    std::string feature;
    double coefficient = 0;  // >= 0, the metric's unit per feature unit
  };
  double intercept = 0;  // >= 0, the metric's unit
  std::vector<Term> terms;
  std::optional<Tiling> tiling{};  // of a target that has one: what its features are formed with

  // Share of one cell, without the intercept. Non-decreasing in tc.
  double cell_value(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc) const;
  // The same at many tc, each in constant time.
  std::vector<double> cell_values(const SpaceDefinition& space, const Stratum& stratum, int cell,
                                  std::span<const int> tcs) const;
  double operator()(const Space& space, const Configuration& configuration) const;
};

// How well a model predicts: R2, MAPE (a fraction: 0.08 is 8 %), largest relative error, Spearman. NaN
// without data.
struct FitQuality {
  std::size_t networks = 0;
  double r2 = 0;
  double mape = 0;
  double max_error = 0;
  double spearman = 0;
};
FitQuality quality(std::span<const double> measured, std::span<const double> predicted);

struct MetricFit {
  MetricModel model;
  FitQuality fit;      // on the networks that the model was fitted to
  FitQuality holdout;  // on networks that the fit has not seen
};

// Fits one metric by non-negative least squares on relative errors (each row divided by its measurement),
// with forward selection of features by cross-validation. Throws Error bad_data where networks are too few
// (fewer than 4) or a value is not positive and finite, naming it. With a tiling, its features are among the
// candidates, and the model carries it.
MetricFit fit_metric(const Space& space, std::span<const Configuration> networks,
                     std::span<const double> measured, std::span<const Configuration> holdout,
                     std::span<const double> holdout_measured, const std::optional<Tiling>& tiling = {});

// The tiling stands in the JSON where there is one.
Json to_json(const MetricModel& model);
MetricModel metric_model_from_json(const Json& json);  // throws Error bad_data
Json to_json(const FitQuality& quality);

}  // namespace flash
