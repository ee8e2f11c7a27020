#include "output.hpp"

#include <cmath>

#include "flash/core/standard_streams.hpp"
#include "flash/search/binding.hpp"
#include "flash/search/margin.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/space/corner.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/network_text.hpp"

namespace flash {

void print(const Json& json) { print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"); }

void print(const std::string& text) { write_standard_output(text); }

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

namespace {

// NN-Degree, or the family's own score, of a network whose accuracy rests on another one.
double degree_of(const Evaluator& evaluator, const Point& point) {
  const Stratum& stratum = evaluator.space().stratum(point);
  return value(*reading_score(evaluator.models(), evaluator.space()), stratum.shape, point.options,
               stratum.slots);
}

}  // namespace

std::string margin_text(const Evaluator& evaluator) {
  const Constraints& constraints = evaluator.constraints();
  if (!constraints.asked) return "";
  const bool training_free = evaluator.objective().training_free;
  std::string text;
  if (constraints.accuracy_min != constraints.asked->accuracy_min)
    text.append("  ").append(bound_text(constraints, {}, training_free)).append("\n");
  for (const Metric m : fitted_metrics())
    if (constraints.metric_max[m] != constraints.asked->metric_max[m])
      text.append("  ").append(bound_text(constraints, m, training_free)).append("\n");
  return text;
}

Json constraints_json(const Constraints& constraints) {
  Json json = to_json(as_asked(constraints));
  if (!constraints.asked) return json;
  const Json searched = to_json(constraints);
  json["margin"] = constraints.margin;
  json["searched"] = {{"accuracy_min", searched.at("accuracy_min")},
                      {"metric_max", searched.at("metric_max")}};
  return json;
}

Predicted predicted(const Evaluator& evaluator, NetworkId id) {
  Predicted told{.evaluation = evaluator.in_full(id)};
  const Models& models = evaluator.models();
  told.accuracy_band = accuracy_band(models, told.evaluation.nn_degree);
  for (const Metric m : all_metrics())
    if (const auto& model = models.metrics[m]; model && model->support)
      told.bands[m] = predict(*model, evaluator.space(), evaluator.space().point(id)).band;
  return told;
}

Json best_json(const Evaluator& evaluator, NetworkId id) {
  return best_json(evaluator, id, predicted(evaluator, id));
}

Json best_json(const Evaluator& evaluator, NetworkId id, const Predicted& told) {
  const Evaluation& evaluation = told.evaluation;
  const Point point = evaluator.space().point(id);
  Json json{{"id", id_json(id)},
            {"network", network_text(evaluator.space(), point)},
            {"objective", evaluation.objective},
            {"accuracy", evaluation.accuracy}};
  const Objective& objective = evaluator.objective();
  if (objective.is_sum()) json[objective.shown_name()] = objective.shown(evaluation.objective);
  if (const auto& model = evaluator.models().accuracy; model && (model->spread || model->score_band))
    json["accuracy_band"] = number_or_null(told.accuracy_band);
  for (const Metric m : all_metrics()) {
    if (is_on_device(m) && !evaluator.models().metrics[m]) continue;
    const bool is_count = unit(m) == "1";
    json[std::string(key(m))] =
        is_count ? Json(std::llround(evaluation.metrics[m])) : number_or_null(evaluation.metrics[m]);
    if (const auto& model = evaluator.models().metrics[m]; model && model->support)
      json[with_suffix(key(m), "_band")] = number_or_null(told.bands[m]);
  }
  const BoundProbability probability =
      bound_probability(evaluator.constraints(), evaluation, told.accuracy_band, told.bands);
  if (!std::isnan(probability.accuracy)) json["accuracy_probability"] = probability.accuracy;
  for (const Metric m : fitted_metrics())
    if (!std::isnan(probability.metric[m]))
      json[with_suffix(name(m), "_probability")] = probability.metric[m];
  json["extrapolated"] = extrapolated(evaluator.models(), evaluator.space(), id);
  const bool additive = evaluator.models().additive.has_value();
  const std::string score = score_of(evaluator.models().reading);
  json[score.starts_with("nn_degree") ? "nn_degree" : score] =
      additive ? degree_of(evaluator, point) : evaluation.nn_degree;
  if (additive) json["additive_score"] = evaluation.nn_degree;
  json["feasible"] = evaluation.feasible();
  json.update(network_json(evaluator.space(), point));
  if (const std::string note = liveness_text(evaluator.space(), point); !note.empty()) json["note"] = note;
  return json;
}

std::string best_text(const Evaluator& evaluator, NetworkId id) {
  const Json best = best_json(evaluator, id);
  const bool by_score = evaluator.objective().training_free;  // which is there by its own name
  std::string text;
  for (const auto& [name, value] : best.items()) {
    const bool told = name == "id"             ? evaluator.space().numbered()
                      : name == "objective"    ? !evaluator.objective().is_sum()
                      : name == "accuracy"     ? !by_score
                      : name == "extrapolated" ? !value.empty()
                                               : true;
    if (!value.is_null() && told) text += "  " + padded(name, 12) + value.dump() + "\n";
  }
  return text;
}

Json search_json(const Evaluator& evaluator, const SearchResult& result) {
  Json json{{"method", result.method},
            {"found", result.found},
            {"best", best_json(evaluator, result.best_id)},
            {"evaluations", result.evaluations},
            {"seconds", result.seconds},
            {"constraints", constraints_json(evaluator.constraints())}};
  if (!result.found) json["nearest_miss"] = binding_json(evaluator, result.best_id);
  if (evaluator.objective().training_free) json["training_free"] = true;
  json["warnings"] = warnings(evaluator.models());
  return json;
}

std::string warnings_text(const Json& warnings) {
  std::string text;
  for (const Json& warning : warnings) text += "  warning: " + warning.get<std::string>() + "\n";
  return text;
}

std::string place_text(const Evaluator& evaluator, NetworkId id) {
  const std::string corner = corner_text(evaluator.space(), evaluator.space().point(id));
  if (corner.empty()) return "";
  return "  in a corner of the space, " + corner + ": better ones may lie outside; widen the space there\n";
}

std::string answer_text(const Evaluator& evaluator, const Json& answer) {
  const bool found = answer.at("found");
  const NetworkId id = id_from_json(answer.at("best").at("id"));
  std::string text = answer.at("method").get<std::string>();
  text += found
              ? ": " + answer.value("optimum", "best configuration") + "\n"
              : ": nothing found meets the constraints; nearest miss: " + binding_text(evaluator, id) + "\n";
  text += best_text(evaluator, id) + margin_text(evaluator);
  for (const auto& [name, value] : answer.items()) {
    if (!value.is_number()) continue;
    const bool bound = name == "largest_cut_bound" && value != 0;
    text += "  " + name + ": " + (bound ? Json(evaluator.objective().shown(value)) : value).dump() + "\n";
  }
  return text + place_text(evaluator, id) + warnings_text(answer.at("warnings"));
}

}  // namespace flash
