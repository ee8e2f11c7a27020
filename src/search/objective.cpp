#include "flash/search/objective.hpp"

#include <cmath>

#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

// JSON has no infinity either: a bound that is none is null.
Json bound(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json ceilings_json(const PerMetric<double>& ceilings) {
  Json metrics = Json::object();
  for (const Metric m : all_metrics())
    if (is_plain_fitted(m) || std::isfinite(ceilings[m])) metrics[std::string(name(m))] = bound(ceilings[m]);
  return metrics;
}

double read_bound(const JsonReader& reader, std::string_view key, double none) {
  const double value = reader.get_or_nan(key);
  return std::isnan(value) ? none : value;
}

// Metrics by their names, of devices that nobody has spoken of yet, too. Those on devices and the exact ones stand
// there only where they matter.
std::vector<Metric> metrics_told(const JsonReader& reader, const Json& json) {
  std::vector<Metric> told(plain_fitted_metrics.begin(), plain_fitted_metrics.end());
  for (const auto& [name, value] : json.items()) {
    const std::optional<Metric> metric = find_metric(name);
    if (!metric) reader.fail("has an unknown metric '" + name + "'");
    if (!is_plain_fitted(*metric)) told.push_back(*metric);
  }
  return told;
}

// Sets accuracy_min and metric_max, of Constraints or of their Bounds.
template <class To>
void read_bounds(const Json& json, const std::string& where, To& to) {
  const JsonReader reader(json, where);
  const JsonReader metrics(reader.at("metric_max"), where + ", metric_max,");
  to.accuracy_min = read_bound(reader, "accuracy_min", to.accuracy_min);
  for (const Metric m : metrics_told(metrics, reader.at("metric_max")))
    to.metric_max[m] = read_bound(metrics, name(m), to.metric_max[m]);
}

}  // namespace

double Objective::of_accuracy(double theta) const {
  return is_sum() ? std::exp(accuracy * theta) : std::pow(theta, accuracy);
}

double Objective::of_metric(Metric m, double value) const {
  return is_sum() ? std::exp(metric[m] * value) : std::pow(value, metric[m]);
}

double Objective::moved(double f, double theta, double other_theta) const {
  return f *
         (is_sum() ? std::exp(accuracy * (other_theta - theta)) : std::pow(other_theta / theta, accuracy));
}

double Objective::slope(double f, double theta) const { return accuracy * f / (is_sum() ? 1 : theta); }

double Objective::shown(double f) const { return is_sum() ? std::log(f) : f; }

Json to_json(const Objective& objective) {
  Json metrics = Json::object();
  for (const Metric m : all_metrics())
    if (is_plain_fitted(m) || objective.metric[m] != 0) metrics[std::string(name(m))] = objective.metric[m];
  Json json{
      {"accuracy", objective.accuracy}, {"metric", metrics}, {"training_free", objective.training_free}};
  if (objective.is_sum()) json["form"] = "sum";
  return json;
}

Constraints as_asked(const Constraints& constraints) {
  Constraints asked = constraints;
  if (!constraints.asked) return asked;
  asked.accuracy_min = constraints.asked->accuracy_min;
  asked.metric_max = constraints.asked->metric_max;
  asked.asked.reset();
  return asked;
}

Json to_json(const Constraints& constraints) {
  Json json{{"name", constraints.name},
            {"accuracy_min", bound(constraints.accuracy_min)},
            {"metric_max", ceilings_json(constraints.metric_max)}};
  if (!constraints.asked) return json;
  json["margin"] = constraints.margin;
  json["asked"] = {{"accuracy_min", bound(constraints.asked->accuracy_min)},
                   {"metric_max", ceilings_json(constraints.asked->metric_max)}};
  return json;
}

Objective objective_from_json(const Json& json) {
  const JsonReader reader(json, "objective");
  const JsonReader metrics(reader.at("metric"), "objective, metric,");
  Objective objective;
  objective.accuracy = reader.get<double>("accuracy");
  for (const Metric m : metrics_told(metrics, reader.at("metric")))
    objective.metric[m] = metrics.get<double>(name(m));
  objective.training_free = reader.get<bool>("training_free");
  if (json.contains("form")) {
    if (reader.get<std::string>("form") != "sum") reader.fail("has an unknown form");
    objective.form = Form::sum;
  }
  return objective;
}

Constraints constraints_from_json(const Json& json) {
  const JsonReader reader(json, "constraints");
  Constraints constraints;
  constraints.name = reader.get<std::string>("name");
  read_bounds(json, "constraints", constraints);
  if (!json.contains("asked")) return constraints;
  constraints.margin = reader.get<double>("margin");
  read_bounds(json["asked"], "constraints, asked,", constraints.asked.emplace());
  return constraints;
}

}  // namespace flash
