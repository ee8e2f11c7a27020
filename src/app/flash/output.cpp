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
  for (const Metric m : all_metrics) json[std::string(key(m))] = number_or_null(evaluation.metrics[m]);
  json["nn_degree"] = evaluation.nn_degree;
  json["feasible"] = evaluation.feasible();
  json.update(configuration_json(evaluator.space(), id));
  return json;
}

std::string best_text(const Evaluator& evaluator, std::uint64_t id) {
  const Json best = best_json(evaluator, id);
  std::string text;
  for (const auto& [name, value] : best.items()) {
    if (!value.is_null())
      text += "  " + name + std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') + value.dump() + "\n";
  }
  return text;
}

}  // namespace flash
