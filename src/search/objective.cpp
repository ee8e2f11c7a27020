#include "flash/search/objective.hpp"

#include <cmath>

#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

// JSON has no infinity either: a bound that is none is null.
Json bound(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

double read_bound(const JsonReader& reader, std::string_view key, double none) {
  const double value = reader.get_or_nan(key);
  return std::isnan(value) ? none : value;
}

// Exact metrics stand there only where they matter.
bool is_asked(Metric metric, const Json& json) {
  return !is_exact(metric) || json.contains(std::string(name(metric)));
}

}  // namespace

Json to_json(const Objective& objective) {
  Json metrics = Json::object();
  for (const Metric m : all_metrics)
    if (!is_exact(m) || objective.metric[m] != 0) metrics[std::string(name(m))] = objective.metric[m];
  return {{"accuracy", objective.accuracy}, {"metric", metrics}, {"training_free", objective.training_free}};
}

Json to_json(const Constraints& constraints) {
  Json metrics = Json::object();
  for (const Metric m : all_metrics)
    if (!is_exact(m) || std::isfinite(constraints.metric_max[m]))
      metrics[std::string(name(m))] = bound(constraints.metric_max[m]);
  return {
      {"name", constraints.name}, {"accuracy_min", bound(constraints.accuracy_min)}, {"metric_max", metrics}};
}

Objective objective_from_json(const Json& json) {
  const JsonReader reader(json, "objective");
  const JsonReader metrics(reader.at("metric"), "objective, metric,");
  Objective objective;
  objective.accuracy = reader.get<double>("accuracy");
  for (const Metric m : all_metrics)
    if (is_asked(m, reader.at("metric"))) objective.metric[m] = metrics.get<double>(name(m));
  objective.training_free = reader.get<bool>("training_free");
  return objective;
}

Constraints constraints_from_json(const Json& json) {
  const JsonReader reader(json, "constraints");
  const JsonReader metrics(reader.at("metric_max"), "constraints, metric_max,");
  Constraints constraints;
  constraints.name = reader.get<std::string>("name");
  constraints.accuracy_min = read_bound(reader, "accuracy_min", constraints.accuracy_min);
  for (const Metric m : all_metrics) {
    double& max = constraints.metric_max[m];
    if (is_asked(m, reader.at("metric_max"))) max = read_bound(metrics, name(m), max);
  }
  return constraints;
}

}  // namespace flash
