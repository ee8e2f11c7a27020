// Stage remeasure: networks whose measurement lies far from what the others let expect, measured once more.
// Another program that ran for a while makes a measurement slow whose repeats all agree.
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

class RemeasureStage : public Stage {
 public:
  std::string_view name() const override { return remeasure_name; }
  std::string_view words() const override { return "measurements of outliers once more"; }

  // Task id: the network's. No task until all networks have been measured: a fit to some of them would ask for
  // others.
  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    const Space& space = findings.space();
    std::vector<NetworkId> far_out;
    if (asked(job)) far_out = networks_far_out(job, space, findings.to_measure(), findings.results());
    return plan_measurements(job, space, name(), far_out);
  }
  // A measurement of elsewhere is what it is, a simulation the same again.
  bool asked(const Job& job) const override {
    return job.hardware.remeasure && job.hardware.setup().runs_here() && !job.proxy.active();
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
