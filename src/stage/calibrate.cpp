// Stage calibrate: the networks that the hardware models are fitted to, measured on the target.
#include "flash/findings/proxies.hpp"
#include "flash/log/log.hpp"
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
  void conclude(Findings& findings) const override {
    if (findings.job().proxy.active() && !findings.proxy_rounds().ended.empty())
      log_info("calibrate: {} networks of the target, ended since {}",
               findings.proxy_rounds().networks.size(), findings.proxy_rounds().ended);
  }
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

StagePlan plan_on_target(const Job& job, const Space& space, std::string_view stage,
                         const std::vector<NetworkId>& networks, bool found) {
  const Target& target = job.hardware.setup();
  StagePlan plan;
  plan.name = stage;
  plan.inputs = target.inputs(job.space, job.seed);
  plan.one_per_host = target.runs_here();
  for (const NetworkId id : networks) {
    const std::uint64_t seed = network_seed(job, plan.name, id);
    Json input = found ? target.task_of_found(space, id, seed) : target.task(space, id, seed);
    const std::string inputs = digest_of(input);
    if (target.runs_here()) input["timeout_s"] = job.farm.task_timeout_s;
    plan.tasks.push_back({id, target.cost(space, id), input.dump(), inputs});
  }
  return plan;
}

// On every device beside the target.
void add_devices(const Job& job, const Space& space, const std::vector<NetworkId>& networks,
                 StagePlan& plan) {
  const StagePlan devices = plan_devices(job, space, networks);
  plan.inputs.insert(plan.inputs.end(), devices.inputs.begin(), devices.inputs.end());
  plan.one_per_host = plan.one_per_host || devices.one_per_host;
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    Json both = Json::parse(devices.tasks[i].input);
    both["target"] = Json::parse(plan.tasks[i].input);
    plan.tasks[i].input = both.dump();
    plan.tasks[i].inputs = digest_of(Json{plan.tasks[i].inputs, devices.tasks[i].inputs});
    plan.tasks[i].cost += devices.tasks[i].cost;
  }
}

}  // namespace

StagePlan plan_measurements(const Job& job, const Space& space, std::string_view stage,
                            const std::vector<NetworkId>& networks, bool found) {
  StagePlan plan = plan_on_target(job, space, stage, networks, found);
  if (found && job.proxy.active()) add_devices(job, space, networks, plan);
  return plan;
}

const Stage& calibrate_stage() {
  static const CalibrateStage stage;
  return stage;
}

}  // namespace flash
