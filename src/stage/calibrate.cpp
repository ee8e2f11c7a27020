// Stage calibrate: the networks that the hardware models are fitted to, measured on the target.
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

class CalibrateStage : public Stage {
 public:
  std::string_view name() const override { return "calibrate"; }
  std::string_view words() const override {
    return "measurements of networks, which the hardware models are fitted to";
  }

  // Task id: the network's; of a target that lists its networks the one that it gives.
  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    const Space& space = findings.space();
    return plan_measurements(job, space, name(),
                             job.hardware.setup().listed(space).value_or(findings.to_measure().ids));
  }
  bool of_networks() const override { return true; }
  bool grows() const override { return true; }  // with proxies, whose rounds rest on what has been measured
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    return hardware_text(archive);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    if (forecast.job.proxy.active())
      return static_cast<std::size_t>(forecast.job.proxy.budget) +
             static_cast<std::size_t>(forecast.job.hardware.holdout);
    return networks_to_measure(forecast.job, forecast.space).ids.size();
  }
};

}  // namespace

StagePlan plan_measurements(const Job& job, const Space& space, std::string_view stage,
                            const std::vector<NetworkId>& networks) {
  const Target& target = job.hardware.setup();
  StagePlan plan;
  plan.name = stage;
  plan.inputs = target.inputs(job.space, job.seed);
  plan.one_per_host = target.runs_here();
  for (const NetworkId id : networks) {
    Json input = target.task(space, id, network_seed(job, plan.name, id));
    const std::string inputs = digest_of(input);
    if (target.runs_here()) input["timeout_s"] = job.farm.task_timeout_s;
    plan.tasks.push_back({id, target.cost(space, id), input.dump(), inputs});
  }
  return plan;
}

const Stage& calibrate_stage() {
  static const CalibrateStage stage;
  return stage;
}

}  // namespace flash
