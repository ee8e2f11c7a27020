#include "flash/findings/trainings.hpp"

#include "flash/task/training.hpp"

namespace flash {

void judge_training(StageOutcome& outcome) {
  const TrainingResult result = training_result_from_json(outcome.output);
  outcome.ok = result.ok;
  outcome.error = result.failure;
}

StagePlan plan_trainings(const Job& job, const Space& space, std::string_view stage,
                         const std::vector<PlannedTraining>& trainings) {
  StagePlan plan;
  plan.name = stage;
  const Json all_data = to_json(job.data);
  Json data = all_data;  // where the images lie does not matter, what they are does
  data.erase("train");
  data.erase("test");
  const Json common{{"kind", "train"},
                    {"space", to_json(job.space)},
                    {"data", data},
                    {"images", job.images},
                    {"training", to_json(job.training)}};
  plan.inputs = {{"space", digest_of(common["space"])},
                 {"images", digest_of({common["data"], common["images"]})},
                 {"training settings", digest_of(common["training"])},
                 {"seed", std::to_string(job.seed)}};
  for (const PlannedTraining& training : trainings) {
    Json input = common;
    input["id"] = id_json(training.network);
    input["seed"] = training.seed;
    if (training.test) input["test"] = true;
    if (!training.gates.empty()) input["gates"] = to_json(training.gates);
    const std::string inputs = digest_of(input);
    // What does not change the result.
    input["data"] = all_data;
    input["timeout_s"] = job.farm.task_timeout_s;
    const auto macs = static_cast<double>(space.counts(space.point(training.network)).macs);
    plan.tasks.push_back({training.task, macs, input.dump(), inputs});
  }
  return plan;
}

}  // namespace flash
