// Stage remeasure: networks whose measurement lies far from what the others let expect, measured once more.
// Another program that ran for a while makes a measurement slow whose repeats all agree.
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

class RemeasureStage : public Stage {
 public:
  std::string_view name() const override { return remeasure_name; }

  // Task id: the network's. No task until all networks have been measured: a fit to some of them would ask for
  // others.
  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    const Space& space = findings.space();
    const Target& target = job.hardware.setup();
    StagePlan plan;
    plan.name = name();
    plan.inputs = target.inputs(job.space, job.seed);
    plan.one_per_host = true;
    if (!asked(job)) return plan;
    for (const std::uint64_t id : networks_far_out(job, space, findings.to_measure(), findings.results())) {
      Json input = target.task(space, id, network_seed(job, plan.name, id));
      const std::string inputs = digest_of(input);
      input["timeout_s"] = job.farm.task_timeout_s;
      plan.tasks.push_back({{id, target.cost(space, id), input.dump()}, inputs});
    }
    return plan;
  }
  // A measurement of elsewhere is what it is, a simulation the same again.
  bool asked(const Job& job) const override {
    return job.hardware.remeasure && job.hardware.setup().runs_here();
  }
  bool of_networks() const override { return true; }
  std::size_t tasks(const Forecast&) const override { return 0; }  // of a machine at rest
};

}  // namespace

const Stage& remeasure_stage() {
  static const RemeasureStage stage;
  return stage;
}

}  // namespace flash
