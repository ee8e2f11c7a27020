#include "output.hpp"

#include <cmath>

#include "flash/core/standard_streams.hpp"
#include "flash/search/binding.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/space/corner.hpp"
#include "flash/space/network_text.hpp"

namespace flash {

void print(const Json& json) { print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"); }

void print(const std::string& text) { write_standard_output(text); }

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

namespace {

// NN-Degree of a network whose accuracy rests on another score.
double degree_of(const Evaluator& evaluator, const Point& point) {
  const Stratum& stratum = evaluator.space().stratum(point);
  return value(*reading_score(evaluator.models(), evaluator.space()), stratum.shape, point.options,
               stratum.slots);
}

}  // namespace

Json best_json(const Evaluator& evaluator, NetworkId id) {
  const Evaluation evaluation = evaluator.in_full(id);
  const Point point = evaluator.space().point(id);
  Json json{{"id", id_json(id)},
            {"network", network_text(evaluator.space(), point)},
            {"objective", evaluation.objective},
            {"accuracy", evaluation.accuracy}};
  if (const auto& model = evaluator.models().accuracy; model && (model->spread || model->score_band))
    json["accuracy_band"] = number_or_null(model->band(evaluation.nn_degree));
  for (const Metric m : all_metrics) {
    const bool is_count = unit(m) == "1";
    json[std::string(key(m))] =
        is_count ? Json(std::llround(evaluation.metrics[m])) : number_or_null(evaluation.metrics[m]);
    if (const auto& model = evaluator.models().metrics[m]; model && model->support)
      json[std::string(key(m)) + "_band"] = number_or_null(predict(*model, evaluator.space(), point).band);
  }
  json["extrapolated"] = extrapolated(evaluator.models(), evaluator.space(), id);
  const bool additive = evaluator.models().additive.has_value();
  json["nn_degree"] = additive ? degree_of(evaluator, point) : evaluation.nn_degree;
  if (additive) json["additive_score"] = evaluation.nn_degree;
  json["feasible"] = evaluation.feasible();
  json.update(network_json(evaluator.space(), point));
  return json;
}

std::string best_text(const Evaluator& evaluator, NetworkId id) {
  const Json best = best_json(evaluator, id);
  std::string text;
  for (const auto& [name, value] : best.items()) {
    if (!value.is_null() && !(name == "extrapolated" && value.empty()))
      text += "  " + padded(name, 12) + value.dump() + "\n";
  }
  return text;
}

Json search_json(const Evaluator& evaluator, const SearchResult& result) {
  Json json{{"method", result.method},
            {"found", result.found},
            {"best", best_json(evaluator, result.best_id)},
            {"evaluations", result.evaluations},
            {"seconds", result.seconds},
            {"constraints", to_json(evaluator.constraints())}};
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

std::string answer_text(const Evaluator& evaluator, const Json& answer) {
  const bool found = answer.at("found");
  const NetworkId id = id_from_json(answer.at("best").at("id"));
  std::string text = answer.at("method").get<std::string>();
  text += found
              ? ": " + answer.value("optimum", "best configuration") + "\n"
              : ": nothing found meets the constraints; nearest miss: " + binding_text(evaluator, id) + "\n";
  text += best_text(evaluator, id);
  for (const auto& [name, value] : answer.items())
    if (value.is_number()) text += "  " + name + ": " + value.dump() + "\n";
  if (const std::string corner = corner_text(evaluator.space(), evaluator.space().point(id)); !corner.empty())
    text +=
        "  in a corner of the space, " + corner + ": better ones may lie outside; widen the space there\n";
  return text + warnings_text(answer.at("warnings"));
}

}  // namespace flash
