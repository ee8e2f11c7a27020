// Stage refine: networks that the models so far say promise most, round by round.
#include "flash/findings/refinement.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

class RefineStage : public Stage {
 public:
  std::string_view name() const override { return refine_name; }
  // All rounds that are known by now: once the last one is done, another may follow.
  StagePlan plan(Findings& findings) const override {
    return plan_refinement(findings.job(), findings.space(), findings.refinement().rounds);
  }
  bool grows() const override { return true; }
  bool of_networks() const override { return true; }
  void judge(StageOutcome& outcome) const override { judge_training(outcome); }
  bool asked(const Job& job) const override { return job.refine.rounds > 0 && !job.objective.training_free; }
  bool keeps_checkpoints() const override { return true; }
  std::size_t tasks(const Forecast& forecast) const override {
    if (!asked(forecast.job)) return 0;
    return static_cast<std::size_t>(forecast.job.refine.rounds) *
           static_cast<std::size_t>(forecast.job.refine.networks);
  }
};

}  // namespace

const Stage& refine_stage() {
  static const RefineStage stage;
  return stage;
}

}  // namespace flash
