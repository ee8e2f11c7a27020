#include "flash/findings/trainings.hpp"

#include <limits>

#include "flash/core/error.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/network_text.hpp"
#include "flash/task/training.hpp"

namespace flash {
namespace {

// What is known of a training before it.
TrainingResult known_result(const Job& job, const Space& space, const PlannedTraining& training) {
  TrainingResult result;
  result.failure = why_not_trained(job, space, training.network);
  result.ok = result.failure.empty();
  const Counts counts = space.counts(space.point(training.network));
  result.parameters = counts.parameters;
  result.macs = counts.macs;
  result.tries = 0;
  result.train_loss = result.accuracy = std::numeric_limits<double>::quiet_NaN();
  if (result.ok) result.accuracy = job.accuracies.table->accuracy.at(training.network);
  // One figure a network is all that a table has: it stands for the test images too.
  if (result.ok && training.test) result.test_accuracy = result.accuracy;
  return result;
}

StageTask known_task(const Job& job, const Space& space, const PlannedTraining& training) {
  const Json input{{"kind", "import"},
                   {"space", to_json(job.space)},
                   {"id", id_json(training.network)},
                   {"values", to_json(known_result(job, space, training))}};
  return {training.task, 1, input.dump(), digest_of(input)};
}

}  // namespace

std::string why_not_trained(const Job& job, const Space& space, NetworkId network) {
  if (const std::string why = why_untrainable(space, space.point(network)); !why.empty()) return why;
  if (!job.accuracies.table || job.accuracies.table->accuracy.contains(network)) return "";
  return "no accuracy in " + job.accuracies.table->file.string() +
         ", and with train.table nothing is trained";
}

std::vector<NetworkId> only_trainable(const Job& job) {
  return job.accuracies.table ? job.accuracies.table->networks() : std::vector<NetworkId>();
}

NetworkId named_to_train(const Job& job, const Space& space, std::string_view text) {
  const NetworkId id = named_network(space, text);
  if (const std::string why = why_not_trained(job, space, id); !why.empty())
    throw Error(ExitCode::usage, "\"" + std::string(text) + "\": it has " + why);
  return id;
}

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
                    {"training", to_json(settings_of_training(job))}};
  plan.inputs = {{"space", digest_of(common["space"])},
                 {"images", digest_of({common["data"], common["images"]})},
                 {"training settings", digest_of(common["training"])},
                 {"seed", std::to_string(job.seed)}};
  if (job.accuracies.table)
    plan.inputs = {plan.inputs.front(), {"accuracies in the table", job.accuracies.table->digest()}};
  for (const PlannedTraining& training : trainings) {
    if (job.accuracies.table || !why_not_trained(job, space, training.network).empty()) {
      plan.tasks.push_back(known_task(job, space, training));
      continue;
    }
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
