// Stage refine: networks that the models so far say promise most, round by round.
#include <algorithm>

#include "flash/findings/refinement.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/log/log.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

class RefineStage : public Stage {
 public:
  std::string_view name() const override { return refine_name; }
  std::string_view words() const override { return "trainings of networks that promise most"; }
  // All rounds that are known by now: once the last one is done, another may follow.
  StagePlan plan(Findings& findings) const override {
    return plan_refinement(findings.job(), findings.space(), findings.refinement().rounds);
  }
  bool grows() const override { return true; }
  bool of_networks() const override { return true; }
  void judge(StageOutcome& outcome) const override { judge_training(outcome); }
  bool asked(const Job& job) const override { return job.refine.rounds > 0 && !job.objective.training_free; }
  void conclude(Findings& findings) const override {
    if (asked(findings.job()) && !findings.refinement().ended.empty())
      log_info("refine: {} rounds, ended since {}", findings.refinement().rounds.size(),
               findings.refinement().ended);
  }
  bool keeps_checkpoints() const override { return true; }
  std::size_t tasks(const Forecast& forecast) const override {
    if (!asked(forecast.job)) return 0;
    const std::size_t wanted = static_cast<std::size_t>(forecast.job.refine.rounds) *
                               static_cast<std::size_t>(forecast.job.refine.networks);
    const std::size_t sampled = networks_to_train(forecast.job, forecast.space).ids.size();
    const NetworkId others = forecast.space.count() - std::min<NetworkId>(sampled, forecast.space.count());
    return static_cast<std::size_t>(std::min<NetworkId>(wanted, others));
  }
};

}  // namespace

const Stage& refine_stage() {
  static const RefineStage stage;
  return stage;
}

}  // namespace flash
