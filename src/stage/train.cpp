// Stage train: the networks that the accuracy predictor is fitted to.
#include "flash/findings/trainings.hpp"
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

class TrainStage : public Stage {
 public:
  std::string_view name() const override { return train_name; }
  std::string_view words() const override {
    return "trainings of the sample, which the accuracy predictor is fitted to";
  }
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

StagePlan plan_train(const Job& job, const Space& space, const NetworkPlan& networks) {
  std::vector<PlannedTraining> trainings;
  for (const NetworkId id : networks.ids)
    trainings.push_back({id, id, network_seed(job, train_name, id), /*test=*/false});
  return plan_trainings(job, space, train_name, trainings);
}

const Stage& train_stage() {
  static const TrainStage stage;
  return stage;
}

}  // namespace flash
