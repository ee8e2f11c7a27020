#include "flash/search/model_warnings.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>
#include <optional>

#include "flash/hardware/fit_quality.hpp"
#include "flash/predict/verdict.hpp"

namespace flash {
namespace {

using Range = std::pair<double, double>;

// The provenance is free form: an object at a key, else an empty one.
Json part(const Json& provenance, const std::string& key) {
  if (!provenance.is_object() || !provenance.contains(key) || !provenance[key].is_object())
    return Json::object();
  return provenance[key];
}

double figure(const Json& part, const char* key) {
  const auto found = part.find(key);
  return found != part.end() && found->is_number() ? found->get<double>()
                                                   : std::numeric_limits<double>::quiet_NaN();
}

std::string metric_verdict(const Models& models, Metric metric) {
  const Json known = part(models.provenance, std::string(name(metric)));
  const auto quality = [&](const char* of) {
    const Json figures = part(known, of);
    return told_quality([&](const char* name_of) { return figure(figures, name_of); });
  };
  return verdict(name(metric), quality("fit"), quality("holdout"));
}

// Where the space has nothing of what the samples cover.
std::string apart(const std::string& of, const std::string& quantity, const Range& space,
                  const Range& samples, const char* done) {
  if (space.first <= samples.second && samples.first <= space.second) return "";
  char ranges[160];
  std::snprintf(ranges, sizeof ranges,
                " is %.4g to %.4g in the space and was %.4g to %.4g where networks were %s", space.first,
                space.second, samples.first, samples.second, done);
  return "no network of the space lies within what the " + of + " was fitted to: " + quantity + ranges +
         "; are both in the same unit, and of the same kind of networks?";
}

bool rises_with_options(const Space& space) {
  return std::ranges::all_of(space.strata().front().slots, &Slot::ordered);
}

// Features rise with width, depth and skips: the first and the last configuration have the least and the most
// of each. Of choices, which have no order, the most and the least are taken slot by slot.
Range feature_range(const Space& space, const MetricModel& model, const std::string& feature) {
  const auto at = [&](NetworkId id) {
    return network_features(space, space.point(id), {feature}, model.tiling).front();
  };
  const bool of_places = feature.find('=') != std::string::npos;
  if (rises_with_options(space) && !of_places) return {at(0), at(space.count() - 1)};
  FeatureColumns columns(space, model.tiling);
  Range whole{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  std::map<std::pair<std::size_t, std::size_t>, Range> known;  // strata share tables
  for (const Stratum& stratum : space.strata()) {
    Range sum(columns.of_stratum(feature, stratum), columns.of_stratum(feature, stratum));
    for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot) {
      const auto [place, is_new] = known.try_emplace({slot, space.geometry().table_key(stratum.shape, slot)});
      if (is_new || of_places) {
        std::vector<double> shares(static_cast<std::size_t>(stratum.options[slot]));
        columns.add(shares, 1, feature, stratum, slot);
        const auto [least, most] = std::ranges::minmax(shares);
        place->second = {least, most};
      }
      sum.first += place->second.first;
      sum.second += place->second.second;
    }
    whole = {std::min(whole.first, sum.first), std::max(whole.second, sum.second)};
  }
  return whole;
}

std::string metric_apart(const Space& space, const MetricModel& model, Metric metric) {
  if (model.slowest_layer) return "";  // features of layers have no range of networks
  std::vector<std::string> names;
  for (const MetricModel::Term& term : model.terms) names.push_back(term.feature);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<double> measured;
    for (const std::vector<double>& network : model.support->networks) measured.push_back(network[i]);
    if (measured.empty()) continue;
    const auto [low, high] = std::ranges::minmax(measured);
    if (std::string text = apart(std::string(name(metric)) + " model", names[i],
                                 feature_range(space, model, names[i]), {low, high}, "measured");
        !text.empty())
      return text;
  }
  return "";
}

// Of a score that may rise and fall: the range of its tables.
Range range_of_tables(const Space& space, const Score& score) {
  std::map<std::pair<std::size_t, std::size_t>, Range> known;  // strata share tables
  Range whole{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const Stratum& stratum : space.strata()) {
    double low = score.base(stratum.shape);
    double high = low;
    for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot) {
      const auto [place, is_new] = known.try_emplace({slot, space.geometry().table_key(stratum.shape, slot)});
      if (is_new) {
        const auto [least, most] =
            std::ranges::minmax(score.parts(stratum.shape, slot, stratum.options[slot]));
        place->second = {least, most};
      }
      low += place->second.first;
      high += place->second.second;
    }
    whole = {std::min(whole.first, low), std::max(whole.second, high)};
  }
  return whole;
}

// NN-Degree rises with width, depth and skips, but for choices, which have no order.
Range degree_range(const Space& space, const Models& models) {
  const std::shared_ptr<const Score> score = accuracy_score(models, space);
  if (models.additive || !rises_with_options(space)) return range_of_tables(space, *score);
  const auto degree = [&](NetworkId id) { return space.score(score_of(models.reading), space.point(id)); };
  return {degree(0), degree(space.count() - 1)};
}

std::string accuracy_apart(const Space& space, const Models& models) {
  return apart("accuracy predictor", score_name(models), degree_range(space, models),
               *models.accuracy->fitted, "trained");
}

}  // namespace

PredictorFigures predictor_figures(const Models& models) {
  const Json known = part(models.provenance, "accuracy");
  return {.samples = figure(known, "samples"),
          .rmse_loo = figure(known, "rmse_loo"),
          .rmse_loo_mean = figure(known, "rmse_loo_mean"),
          .spearman = figure(known, "spearman"),
          .b = models.accuracy->b,
          .score = score_name(models)};
}

Grounds grounds(const Models& models) {
  if (models.known_accuracies) return Grounds::table;
  return !models.accuracy || beats_mean(predictor_figures(models)) ? Grounds::predictor : Grounds::mean;
}

std::vector<std::string> warnings(const Models& models) {
  const Space space(models.space);
  std::vector<std::string> all;
  if (models.provenance.is_object() && models.provenance.contains("doubts")) {
    for (const Json& doubt : models.provenance["doubts"])
      if (doubt.is_string()) all.push_back(doubt);
  }
  const auto lacks = [&](Metric metric) { return !models.metrics[metric]; };
  if (lacks(Metric::latency) && !std::ranges::all_of(plain_fitted_metrics, lacks))
    all.emplace_back("there is no latency model: latency drops out of the objective");
  if (models.accuracy && !models.known_accuracies) {
    all.push_back(verdict(predictor_figures(models)));
    if (models.accuracy->fitted) all.push_back(accuracy_apart(space, models));
  }
  for (const Metric metric : fitted_metrics()) {
    const auto& model = models.metrics[metric];
    if (!model) continue;
    all.push_back(metric_verdict(models, metric));
    if (model->support) all.push_back(metric_apart(space, *model, metric));
  }
  std::erase(all, "");
  return all;
}

}  // namespace flash
