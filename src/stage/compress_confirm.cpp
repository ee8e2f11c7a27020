// Stage compress_confirm: the proven best over networks and options of their cells, truly compressed.
#include "flash/log/log.hpp"
#include "flash/stage/joint.hpp"
#include "flash/stage/plans.hpp"
#include "joint_text.hpp"

namespace flash {
namespace {

class CompressConfirmStage : public Stage {
 public:
  std::string_view name() const override { return compress_confirm_name; }
  std::string_view words() const override {
    return "the best over networks and compression, truly compressed";
  }

  // All rounds that are known by now: once the last one is done, another may follow.
  StagePlan plan(Findings& findings) const override {
    return plan_compressions(findings.job(), findings.space(), name(), confirmed_compressions(findings));
  }
  bool grows() const override { return true; }
  bool of_networks() const override { return true; }
  bool rests_on_models() const override { return true; }
  void judge(StageOutcome& outcome) const override { judge_loss(outcome); }
  void conclude(Findings& findings) const override {
    if (asked(findings.job()) && findings.results().stage(std::string(name())).empty())
      log_warning(
          "{}: no network in no form meets the constraints: nothing to confirm; `flash exact --compress` says what "
          "misses by least",
          name());
  }
  bool asked(const Job& job) const override { return job.joint.active() && job.joint.top > 0; }
  bool keeps_checkpoints() const override { return true; }
  bool writes_networks() const override { return true; }
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    return joint_report(archive);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    return asked(forecast.job) ? static_cast<std::size_t>(forecast.job.joint.top * forecast.job.joint.rounds)
                               : 0;
  }
};

}  // namespace

const Stage& compress_confirm_stage() {
  static const CompressConfirmStage stage;
  return stage;
}

}  // namespace flash
