// Stage compress_samples: networks of the sample, compressed, for the models that a search over compression goes by.
#include <algorithm>

#include "flash/stage/joint.hpp"
#include "flash/stage/plans.hpp"
#include "joint_text.hpp"

namespace flash {
namespace {

class CompressSamplesStage : public Stage {
 public:
  std::string_view name() const override { return compress_samples_name; }
  std::string_view words() const override {
    return "compressions of the sample, for the search over compression";
  }
  StagePlan plan(Findings& findings) const override {
    return plan_compressions(findings.job(), findings.space(), name(), compression_samples(findings));
  }
  bool of_networks() const override { return true; }
  bool rests_on_models() const override { return true; }  // no predictor of dense networks rests on them
  void judge(StageOutcome& outcome) const override { judge_loss(outcome); }
  bool asked(const Job& job) const override { return job.joint.active(); }
  bool keeps_checkpoints() const override { return true; }
  bool writes_networks() const override { return true; }
  // Models that cannot be fitted are told now.
  void conclude(Findings& findings) const override {
    if (asked(findings.job())) joint_models(findings.job(), findings.space(), findings.results(), 0);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    if (forecast.job.joint.options.size() < 2) return 0;
    const Job& job = forecast.job;
    return static_cast<std::size_t>(std::min(job.joint.networks, job.sample.count + job.sample.holdout)) *
           static_cast<std::size_t>(job.joint.samples);
  }
};

}  // namespace

const Stage& compress_samples_stage() {
  static const CompressSamplesStage stage;
  return stage;
}

}  // namespace flash
