// Analytic hardware models: combinations of separable features, fitted on measured networks, or adapted to a device
// from what is known of others (room devices). Searches refuse models that are not positive over the whole space.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/hardware/features.hpp"
#include "flash/hardware/fit_support.hpp"
#include "flash/hardware/metric.hpp"

namespace flash {

struct MetricModel {
  struct Term {
    std::string feature;
    double coefficient = 0;  // the metric's unit per feature unit; >= 0 of what fit_metric makes
  };
  double intercept = 0;  // the metric's unit; likewise
  std::vector<Term> terms;
  std::optional<Tiling> tiling{};       // of a target that has one: what its features are formed with
  std::optional<FitSupport> support{};  // what the fit rests on; absent in a model written by hand
  bool adapted = false;                 // from other devices: intercept and coefficients may be negative
  // Of a metric that is the time of the slowest layer: intercept and terms give that of one layer, by its features
  // (layer_features.hpp), of which some are sums over slots; the value is these sums and the largest of what is left,
  // over all layers. Needs a tiling.
  bool slowest_layer = false;

  // The intercept and what the stratum decides; share of one slot at each of its options beside that. `columns` has the
  // model's tiling.
  double base(FeatureColumns& columns, const Stratum& stratum) const;
  std::vector<double> slot_values(FeatureColumns& columns, const Stratum& stratum, std::size_t slot) const;
  double operator()(const Space& space, const Point& point) const;
  // Of the slowest layer: of each slot at its options that of its own slowest one, beside slot_values; base is 0.
  std::vector<double> slot_maxima(FeatureColumns& columns, const Stratum& stratum, std::size_t slot) const;
  bool names_places() const;  // some feature speaks of a place: strata whose slots are alike may differ there
  bool names_means() const;   // some feature rests on the stratum's mean network (rests_on_mean): likewise
};

// The features that a model's terms speak of: a network's, or those of its slowest layer by the model. The value is the
// intercept and the terms' sum over these.
std::vector<double> features_of(const MetricModel& model, const Space& space, const Point& point);

// One prediction, with what is known of its worth.
struct Prediction {
  double value = 0;
  double band = 0;            // half width of the 95 % prediction band; NaN where the model has no support
  bool extrapolated = false;  // outside the hull of the measured networks
};
Prediction predict(const MetricModel& model, const Space& space, const Point& point);
// The same of a network that is known by its features alone; throws Error bad_data where the model needs
// another.
Prediction predict(const MetricModel& model, const std::vector<std::string>& names,
                   std::span<const double> features);

// How well a model predicts: R2, MAPE (a fraction: 0.08 is 8 %) and that of the measurements' own mean,
// largest relative error, Spearman. NaN without data.
struct FitQuality {
  std::size_t networks = 0;
  double r2 = 0;
  double mape = 0;
  double mape_mean = 0;
  double max_error = 0;
  double spearman = 0;
};
FitQuality quality(std::span<const double> measured, std::span<const double> predicted);

// Whether the mean of what was measured predicts as well: R2 of 0 or less, or a MAPE above the mean's. False
// where that is not known, and where predictions are exact but for rounding.
bool no_better_than_mean(const FitQuality& quality);

// One sentence where the model is no better than the mean, of networks that the fit has not seen where there
// are any, else of those fitted; "" where nothing is to be said.
std::string verdict(std::string_view metric, const FitQuality& fit, const FitQuality& holdout);

struct MetricFit {
  MetricModel model;
  FitQuality fit;      // on the networks that the model was fitted to
  FitQuality holdout;  // on networks that the fit has not seen
};

// What a fit is made from: networks by their features, one row each, and one metric of theirs.
struct FitData {
  std::vector<std::vector<double>> features;
  std::vector<double> measured;
};

FitData fit_data(const Space& space, const std::vector<std::string>& names, std::span<const Point> networks,
                 std::span<const double> measured, const std::optional<Tiling>& tiling = {});

// Fits one metric by non-negative least squares on relative errors (each row divided by its measurement),
// with forward selection of features by cross-validation. `names` are the features' columns. Throws Error
// bad_data where networks are too few (fewer than 4) or a value is not positive and finite, naming it.
// The model carries the tiling that its features were formed with, if any.
MetricFit fit_metric(const std::vector<std::string>& names, const FitData& networks, const FitData& holdout,
                     const std::optional<Tiling>& tiling = {});

// A network whose layers were timed, ms of each in the order in which they run.
struct LayerTimes {
  Point network;
  std::vector<double> layers;
};

// Fits the time of the slowest layer in the same way to the slowest layer of each slot, where this takes at least half
// as long as the network's slowest [ours]. Quality is that of whole networks. Throws Error bad_data as fit_metric, and
// where a network has another number of layers.
MetricFit fit_slowest_layer(const Space& space, std::span<const LayerTimes> networks,
                            std::span<const LayerTimes> holdout, const Tiling& tiling);

// The tiling stands in the JSON where there is one.
Json to_json(const MetricModel& model);
MetricModel metric_model_from_json(const Json& json);  // throws Error bad_data
Json to_json(const FitQuality& quality);

}  // namespace flash
