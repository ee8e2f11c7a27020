// Stage confirm_measure: the networks of stage confirm, measured on the target.
#include <algorithm>

#include "flash/core/random.hpp"
#include "flash/stage/confirmation.hpp"
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

class ConfirmMeasureStage : public Stage {
 public:
  std::string_view name() const override { return confirm_measure_name; }
  std::string_view words() const override { return "measurements of these"; }

  // Task id: the network's. Of a target that lists its networks those of them that it lists.
  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    const Space& space = findings.space();
    const auto listed = job.hardware.setup().listed(space);
    std::vector<NetworkId> ids;
    for (const ConfirmNetwork& network :
         networks_to_confirm(job, space, findings.models(), findings.sets(), findings.results()))
      if (!listed || std::ranges::find(*listed, network.id) != listed->end()) ids.push_back(network.id);
    return plan_measurements(job, space, name(), ids, /*found=*/true);
  }
  bool of_networks() const override { return true; }
  bool rests_on_models() const override { return true; }
  bool asked(const Job& job) const override { return stage_named(confirm_name).asked(job); }
  std::size_t tasks(const Forecast& forecast) const override {
    return asked(forecast.job) ? confirm_count(forecast.job) : 0;
  }
};

}  // namespace

const Stage& confirm_measure_stage() {
  static const ConfirmMeasureStage stage;
  return stage;
}

}  // namespace flash
