#include "flash/search/model_warnings.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
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

std::string accuracy_verdict(const Models& models) {
  const Json known = part(models.provenance, "accuracy");
  return verdict({.samples = figure(known, "samples"),
                  .rmse_loo = figure(known, "rmse_loo"),
                  .rmse_loo_mean = figure(known, "rmse_loo_mean"),
                  .spearman = figure(known, "spearman"),
                  .b = models.accuracy->b});
}

std::string metric_verdict(const Models& models, Metric metric) {
  const Json known = part(models.provenance, std::string(name(metric)));
  const auto quality = [&](const char* of) {
    const Json figures = part(known, of);
    return told_quality([&](const char* name_of) { return figure(figures, name_of); });
  };
  return verdict(metric, quality("fit"), quality("holdout"));
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

// Features and NN-Degree rise with width, depth and skips: the first and the last configuration have the
// least and the most of each.
std::string metric_apart(const Space& space, const MetricModel& model, Metric metric) {
  std::vector<std::string> names;
  for (const MetricModel::Term& term : model.terms) names.push_back(term.feature);
  const auto features = [&](NetworkId id) {
    return network_features(space, space.point(id), names, model.tiling);
  };
  const std::vector<double> least = features(0);
  const std::vector<double> most = features(space.count() - 1);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<double> measured;
    for (const std::vector<double>& network : model.support->networks) measured.push_back(network[i]);
    if (measured.empty()) continue;
    const auto [low, high] = std::ranges::minmax(measured);
    if (std::string text = apart(std::string(name(metric)) + " model", names[i], {least[i], most[i]},
                                 {low, high}, "measured");
        !text.empty())
      return text;
  }
  return "";
}

std::string accuracy_apart(const Space& space, const Models& models) {
  const auto degree = [&](NetworkId id) { return space.score(score_of(models.reading), space.point(id)); };
  return apart("accuracy predictor", "NN-Degree", {degree(0), degree(space.count() - 1)},
               *models.accuracy->fitted, "trained");
}

}  // namespace

std::vector<std::string> warnings(const Models& models) {
  const Space space(models.space);
  std::vector<std::string> all;
  if (models.provenance.is_object() && models.provenance.contains("doubts")) {
    for (const Json& doubt : models.provenance["doubts"])
      if (doubt.is_string()) all.push_back(doubt);
  }
  const auto lacks = [&](Metric metric) { return !models.metrics[metric]; };
  if (lacks(Metric::latency) && !std::ranges::all_of(fitted_metrics, lacks))
    all.emplace_back("there is no latency model: latency drops out of the objective");
  if (models.accuracy) {
    all.push_back(accuracy_verdict(models));
    if (models.accuracy->fitted) all.push_back(accuracy_apart(space, models));
  }
  for (const Metric metric : fitted_metrics) {
    const auto& model = models.metrics[metric];
    if (!model) continue;
    all.push_back(metric_verdict(models, metric));
    if (model->support) all.push_back(metric_apart(space, *model, metric));
  }
  std::erase(all, "");
  return all;
}

}  // namespace flash
