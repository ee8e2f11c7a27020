#include "evaluator_input.hpp"

#include "flash/core/hash.hpp"

namespace flash {
namespace {

// Without what the fits rest on and where they come from: a search needs it not.
Json models_input(Models models) {
  for (auto& model : models.metrics)
    if (model) model->support.reset();
  if (models.accuracy) {
    models.accuracy->spread.reset();
    models.accuracy->score_band.reset();
  }
  models.provenance = nullptr;
  return to_json(models);
}

}  // namespace

EvaluatorInput::EvaluatorInput(const Job& job, const Models& models, const Constraints& constraints) {
  const Json input{{"models", models_input(models)},
                   {"objective", to_json(job.objective)},
                   {"constraints", to_json(constraints)}};
  text_ = input.dump();
  digest_ = digest_of(input);
}

StageTask EvaluatorInput::task(std::uint64_t id, double cost, const Json& input) const {
  std::string text = input.dump();
  const std::string inputs = sha256_hex(text + digest_).substr(0, digest_.size());
  text.back() = ',';
  return {id, cost, text.append("\"evaluator\":").append(text_).append("}"), inputs};
}

std::vector<TaskInput> evaluation_inputs(const Job& job, const Models& models,
                                         const std::vector<Constraints>& sets) {
  Json constraints = Json::array();
  for (const Constraints& set : sets) constraints.push_back(to_json(set));
  return {{"models", digest_of(models_input(models))},
          {"objective", digest_of(to_json(job.objective))},
          {"constraints", digest_of(constraints)}};
}

}  // namespace flash
