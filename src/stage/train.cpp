// Stage train: the networks that the accuracy predictor is fitted to.
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"
#include "flash/task/training.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

constexpr const char* train_name = "train";

class TrainStage : public Stage {
 public:
  std::string_view name() const override { return train_name; }
  StagePlan plan(Findings& findings) const override {
    return plan_train(findings.job(), findings.space(), findings.to_train());
  }
  std::string left_out(const Job& job, const Space&) const override {
    if (!job.objective.training_free) return "";
    return "the objective is training-free: NN-Degree stands for accuracy, and no network is trained";
  }
  bool of_networks() const override { return true; }
  // A network that diverged has a curve, and no accuracy.
  void judge(StageOutcome& outcome) const override { judge_training(outcome); }
  // A fit that cannot be made is said now, not after the measurements.
  void conclude(Findings& findings) const override { findings.predictors(); }
  bool keeps_checkpoints() const override { return true; }
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    return training_text(archive);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    if (!left_out(forecast.job, forecast.space).empty()) return 0;
    return networks_to_train(forecast.job, forecast.space).ids.size();
  }
};

}  // namespace

void judge_training(StageOutcome& outcome) {
  const TrainingResult result = training_result_from_json(outcome.output);
  outcome.ok = result.ok;
  outcome.error = result.failure;
}

StagePlan plan_train(const Job& job, const Space& space, const NetworkPlan& networks) {
  std::vector<PlannedTraining> trainings;
  for (const std::uint64_t id : networks.ids)
    trainings.push_back({id, id, network_seed(job, train_name, id), /*test=*/false});
  return plan_trainings(job, space, train_name, trainings);
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
    input["id"] = training.network;
    input["seed"] = training.seed;
    if (training.test) input["test"] = true;
    const std::string inputs = digest_of(input);
    // What does not change the result.
    input["data"] = all_data;
    input["timeout_s"] = job.farm.task_timeout_s;
    const auto macs = static_cast<double>(space.counts(space.point(training.network)).macs);
    plan.tasks.push_back({{training.task, macs, input.dump()}, inputs});
  }
  return plan;
}

const Stage& train_stage() {
  static const TrainStage stage;
  return stage;
}

}  // namespace flash
