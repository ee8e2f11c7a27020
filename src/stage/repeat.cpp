// Stage repeat: some of the trained networks once more, from other seeds: what lies between the two is noise.
#include <algorithm>

#include "flash/findings/trainings.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

std::size_t repeated(const Job& job, const NetworkPlan& networks) {
  return std::min(static_cast<std::size_t>(job.sample.repeats), networks.fit);
}

class RepeatStage : public Stage {
 public:
  std::string_view name() const override { return repeat_name; }
  std::string_view words() const override {
    return "trainings of the sample once more, for the noise between two";
  }
  // The first of the design: any prefix of it is spread over the space.
  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    const NetworkPlan& networks = findings.to_train();
    std::vector<PlannedTraining> trainings;
    for (std::size_t i = 0; i < repeated(job, networks); ++i)
      trainings.push_back({networks.ids[i], networks.ids[i], network_seed(job, repeat_name, networks.ids[i]),
                           /*test=*/false});
    return plan_trainings(job, findings.space(), repeat_name, trainings);
  }
  bool of_networks() const override { return true; }
  void judge(StageOutcome& outcome) const override { judge_training(outcome); }
  bool asked(const Job& job) const override { return job.sample.repeats > 0 && !job.objective.training_free; }
  bool keeps_checkpoints() const override { return true; }
  std::size_t tasks(const Forecast& forecast) const override {
    return asked(forecast.job) ? repeated(forecast.job, networks_to_train(forecast.job, forecast.space)) : 0;
  }
};

}  // namespace

const Stage& repeat_stage() {
  static const RepeatStage stage;
  return stage;
}

}  // namespace flash
