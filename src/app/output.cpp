#include "output.hpp"

#include <cstdio>

namespace flash {

void print(const Json& json) { print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"); }

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

Json configuration_json(const Space& space, std::uint64_t id) {
  const Configuration configuration = space.configuration(id);
  Json json{{"wm", configuration.wm}};
  if (space.definition().depth_mode == DepthMode::equal) {
    json["depth"] = configuration.depths.front();
  } else {
    json["depth"] = configuration.depths;
  }
  json["skips"] = configuration.skips;
  return json;
}

Json best_json(const Evaluator& evaluator, std::uint64_t id) {
  const Evaluation evaluation = evaluator.at(id);
  Json json{{"id", id}, {"objective", evaluation.objective}, {"accuracy", evaluation.accuracy}};
  const Configuration configuration = evaluator.space().configuration(id);
  for (const Metric m : all_metrics) {
    json[std::string(key(m))] = number_or_null(evaluation.metrics[m]);
    if (const auto& model = evaluator.models().metrics[static_cast<std::size_t>(m)]; model && model->support)
      json[std::string(key(m)) + "_band"] =
          number_or_null(predict(*model, evaluator.space(), configuration).band);
  }
  json["extrapolated"] = Json::array();
  for (const Metric m : extrapolated(evaluator.models(), evaluator.space(), id))
    json["extrapolated"].push_back(std::string(name(m)));
  json["nn_degree"] = evaluation.nn_degree;
  json["feasible"] = evaluation.feasible();
  json.update(configuration_json(evaluator.space(), id));
  return json;
}

std::string best_text(const Evaluator& evaluator, std::uint64_t id) {
  const Json best = best_json(evaluator, id);
  std::string text;
  for (const auto& [name, value] : best.items()) {
    if (!value.is_null() && !(name == "extrapolated" && value.empty()))
      text += "  " + name + std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') + value.dump() + "\n";
  }
  return text;
}

}  // namespace flash
