#include "flash/hardware/hardware_model.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/hardware/layer_features.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "place_features.hpp"

namespace flash {

namespace {

std::vector<std::string> term_names(const MetricModel& model) {
  std::vector<std::string> names;
  for (const MetricModel::Term& term : model.terms) names.push_back(term.feature);
  return names;
}

// Of a layer: without what slots add to the side, where that is left at 0.
double sum_of_terms(const MetricModel& model, std::span<const double> features) {
  double value = model.intercept;
  for (std::size_t t = 0; t < model.terms.size(); ++t) value += model.terms[t].coefficient * features[t];
  return value;
}

double coefficient(const MetricModel& model, std::string_view feature) {
  const auto found = std::ranges::find(model.terms, feature, &MetricModel::Term::feature);
  return found == model.terms.end() ? 0 : found->coefficient;
}

double time_of_rise(const MetricModel& model, double rise) {
  return rise * coefficient(model, rise > 0 ? side_rise : side_fall);
}

}  // namespace

bool MetricModel::names_places() const {
  return std::ranges::any_of(terms, [](const Term& term) { return PlaceFeatures::is_one(term.feature); });
}

bool MetricModel::names_means() const {
  return slowest_layer ||
         std::ranges::any_of(terms, [](const Term& term) { return rests_on_mean(term.feature); });
}

double MetricModel::base(FeatureColumns& columns, const Stratum& stratum) const {
  if (slowest_layer) return 0;
  double value = intercept;
  for (const Term& term : terms) value += term.coefficient * columns.of_stratum(term.feature, stratum);
  return value;
}

std::vector<double> MetricModel::slot_values(FeatureColumns& columns, const Stratum& stratum,
                                             std::size_t slot) const {
  std::vector<double> values(static_cast<std::size_t>(stratum.options[slot]));
  if (slowest_layer) {
    values = LayerFeatures(columns, {}).rises(stratum, slot);
    for (double& value : values) value = time_of_rise(*this, value);
    return values;
  }
  for (const Term& term : terms) columns.add(values, term.coefficient, term.feature, stratum, slot);
  return values;
}

std::vector<double> MetricModel::slot_maxima(FeatureColumns& columns, const Stratum& stratum,
                                             std::size_t slot) const {
  LayerFeatures layers(columns, term_names(*this));
  std::vector<double> maxima;
  for (std::int64_t option = 0; option < stratum.options[slot]; ++option) {
    double slowest = 0;
    for (const std::vector<double>& layer : layers.largest(stratum, slot, option))
      slowest = std::max(slowest, sum_of_terms(*this, layer));
    maxima.push_back(slowest);
  }
  return maxima;
}

namespace {

// The slowest layer of a network, by its features, and what it takes but for the rise; slots' shares of that.
struct SlowestLayer {
  std::vector<double> features;
  double value = 0;
  std::vector<double> rises;

  SlowestLayer(const MetricModel& model, const Space& space, const Point& point) {
    FeatureColumns columns(space, model.tiling);
    LayerFeatures layers(columns, term_names(model));
    const Stratum& stratum = space.stratum(point);
    features.resize(model.terms.size());
    for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot) {
      for (const std::vector<double>& layer : layers.largest(stratum, slot, point.options[slot]))
        if (const double own = sum_of_terms(model, layer); own > value) {
          value = own;
          features = layer;
        }
      rises.push_back(layers.rise(stratum, slot, point.options[slot]));
    }
  }
};

}  // namespace

std::vector<double> features_of(const MetricModel& model, const Space& space, const Point& point) {
  const std::vector<std::string> names = term_names(model);
  if (!model.slowest_layer) return network_features(space, point, names, model.tiling);
  SlowestLayer slowest(model, space, point);
  for (std::size_t t = 0; t < names.size(); ++t)
    for (const double rise : slowest.rises)
      if (names[t] == (rise > 0 ? side_rise : side_fall)) slowest.features[t] += rise;
  return slowest.features;
}

// Slot by slot and within it term by term, as the tables of a search add up.
double MetricModel::operator()(const Space& space, const Point& point) const {
  if (slowest_layer) {
    const SlowestLayer slowest(*this, space, point);
    double value = 0;
    for (const double rise : slowest.rises) value += time_of_rise(*this, rise);
    return value + slowest.value;
  }
  const std::vector<std::string> names = term_names(*this);
  double value = intercept;
  const std::vector<double> of_stratum = stratum_features(space, space.stratum(point), names);
  for (std::size_t t = 0; t < terms.size(); ++t) value += terms[t].coefficient * of_stratum[t];
  for (const std::vector<double>& share : slot_features(space, point, names, tiling)) {
    double sum = 0;
    for (std::size_t t = 0; t < terms.size(); ++t) sum += terms[t].coefficient * share[t];
    value += sum;
  }
  return value;
}

Prediction predict(const MetricModel& model, const std::vector<std::string>& names,
                   std::span<const double> features) {
  std::vector<double> own;  // of the model's terms
  double value = model.intercept;
  for (const MetricModel::Term& term : model.terms) {
    const auto found = std::ranges::find(names, term.feature);
    if (found == names.end())
      throw Error(ExitCode::bad_data,
                  "hardware model: the feature '" + term.feature + "' of a network is not known");
    own.push_back(features[static_cast<std::size_t>(found - names.begin())]);
    value += term.coefficient * own.back();
  }
  if (!model.support) return {value, std::numeric_limits<double>::quiet_NaN(), false};
  return {value, model.support->band(own, value), model.support->outside(own)};
}

Prediction predict(const MetricModel& model, const Space& space, const Point& point) {
  Prediction prediction = predict(model, term_names(model), features_of(model, space, point));
  prediction.value = model(space, point);  // added up slot by slot, as searches do
  return prediction;
}

FitQuality quality(std::span<const double> measured, std::span<const double> predicted) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (measured.size() != predicted.size())
    throw Error(ExitCode::internal, "fit quality of two lists of different length");
  if (measured.empty()) return {0, nan, nan, nan, nan, nan};
  const auto count = static_cast<double>(measured.size());
  double mean = 0;
  for (const double value : measured) mean += value / count;
  FitQuality result;
  result.networks = measured.size();
  double residual = 0;
  double total = 0;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const double error = predicted[i] - measured[i];
    residual += error * error;
    total += (measured[i] - mean) * (measured[i] - mean);
    const double relative = std::abs(error / measured[i]);
    result.mape += relative / count;
    result.mape_mean += std::abs(mean / measured[i] - 1) / count;
    result.max_error = std::max(result.max_error, relative);
  }
  result.r2 = total > 0 ? 1 - residual / total : nan;
  result.spearman = spearman(measured, predicted);
  return result;
}

bool no_better_than_mean(const FitQuality& quality) {
  constexpr double rounding = 1e-6;
  return quality.mape > rounding && (quality.r2 <= 0 || quality.mape > quality.mape_mean);
}

std::string verdict(std::string_view metric, const FitQuality& fit, const FitQuality& holdout) {
  for (const auto& [quality, which] : {std::pair{holdout, "held-out"}, std::pair{fit, "fitted"}}) {
    if (!no_better_than_mean(quality)) continue;
    char text[300];
    std::snprintf(
        text, sizeof text,
        "the %s model does not hold: it is no better than the mean of its %zu %s networks (R2 %.3g, MAPE "
        "%.3g %% against %.3g %%); measure more networks, or again on a machine at rest",
        std::string(metric).c_str(), quality.networks, which, quality.r2, 100 * quality.mape,
        100 * quality.mape_mean);
    return text;
  }
  return "";
}

Json to_json(const MetricModel& model) {
  Json terms = Json::array();
  for (const MetricModel::Term& term : model.terms)
    terms.push_back({{"feature", term.feature}, {"coefficient", term.coefficient}});
  Json json{{"intercept", model.intercept}, {"terms", std::move(terms)}};
  if (model.support) json["support"] = to_json(*model.support);
  if (model.tiling) json["tiling"] = to_json(*model.tiling);
  if (model.adapted) json["adapted"] = true;
  if (model.slowest_layer) json["slowest_layer"] = true;
  return json;
}

MetricModel metric_model_from_json(const Json& json) {
  const JsonReader reader(json, "hardware model");
  MetricModel model;
  if (json.contains("adapted")) model.adapted = reader.get<bool>("adapted");
  model.intercept = reader.get<double>("intercept");
  if (model.intercept < 0 && !model.adapted) reader.fail("has a negative intercept");
  const Json& terms = reader.at("terms");
  if (!terms.is_array()) reader.fail("has a wrong value at key 'terms': expected an array");
  for (const Json& json_term : terms) {
    const JsonReader term(json_term, "hardware model, term,");
    model.terms.push_back({term.get<std::string>("feature"), term.get<double>("coefficient")});
    if (model.terms.back().coefficient < 0 && !model.adapted) term.fail("has a negative coefficient");
  }
  if (json.contains("support")) model.support = fit_support_from_json(json.at("support"), model.terms.size());
  if (json.contains("tiling")) model.tiling = tiling_from_json(json["tiling"]);
  if (json.contains("slowest_layer")) model.slowest_layer = reader.get<bool>("slowest_layer");
  if (model.slowest_layer && (!model.tiling || model.adapted))
    reader.fail("is of the slowest layer, without the tiling that its features are made with");
  return model;
}

Json to_json(const FitQuality& quality) {
  return Json{{"networks", quality.networks},
              {"r2", number_or_null(quality.r2)},
              {"mape", number_or_null(quality.mape)},
              {"mape_mean", number_or_null(quality.mape_mean)},
              {"max_error", number_or_null(quality.max_error)},
              {"spearman", number_or_null(quality.spearman)}};
}

}  // namespace flash
