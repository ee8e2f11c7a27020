// Stage confirm: networks that the models have chosen, and those that they were preferred to, trained.
#include "flash/findings/trainings.hpp"
#include "flash/stage/confirmation.hpp"
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

class ConfirmStage : public Stage {
 public:
  std::string_view name() const override { return confirm_name; }
  std::string_view words() const override {
    return "trainings of what was found, and of what it was preferred to";
  }
  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    const std::vector<ConfirmNetwork> networks =
        networks_to_confirm(job, findings.space(), findings.models(), findings.sets(), findings.results());
    std::vector<PlannedTraining> trainings;
    for (std::size_t place = 0; place < networks.size(); ++place)
      for (int k = 0; k < job.confirm.seeds; ++k)
        trainings.push_back({confirm_task(job, place, k), networks[place].id,
                             confirm_seed(job, networks[place].id, k), /*test=*/true});
    return plan_trainings(job, findings.space(), confirm_name, trainings);
  }
  bool of_networks() const override { return true; }
  bool rests_on_models() const override { return true; }
  void judge(StageOutcome& outcome) const override { judge_training(outcome); }
  bool asked(const Job& job) const override {
    return !job.objective.training_free &&
           (job.confirm.networks > 0 || job.confirm.top > 0 || !job.confirm.named.empty());
  }
  bool keeps_checkpoints() const override { return true; }
  bool hands_on(const Job& job, TaskId task) const override {
    return job.confirm.keep != "none" && task % static_cast<std::uint64_t>(job.confirm.seeds) == 0;
  }
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    return confirmation_text(archive);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    return asked(forecast.job) ? confirm_trainings(forecast.job) : 0;
  }
};

}  // namespace

std::size_t confirm_count(const Job& job) {
  if (!job.confirm.named.empty()) return job.confirm.named.size();
  return static_cast<std::size_t>(job.confirm.top > 0 ? job.confirm.top : job.confirm.networks);
}

std::size_t confirm_trainings(const Job& job) {
  return confirm_count(job) * static_cast<std::size_t>(job.confirm.seeds);
}

const Stage& confirm_stage() {
  static const ConfirmStage stage;
  return stage;
}

}  // namespace flash
