// Stage devices: networks on every device beside the target, from which the target's latency is adapted.
#include "flash/findings/proxies.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

class DevicesStage : public Stage {
 public:
  std::string_view name() const override { return devices_name; }
  std::string_view words() const override {
    return "measurements of networks on every device of proxy.devices";
  }

  // Task id: the network's.
  StagePlan plan(Findings& findings) const override {
    return plan_devices(findings.job(), findings.space(), proxy_pool(findings.job(), findings.space()));
  }
  bool of_networks() const override { return true; }
  bool asked(const Job& job) const override { return job.proxy.active(); }
  std::size_t tasks(const Forecast& forecast) const override {
    return asked(forecast.job) ? proxy_pool(forecast.job, forecast.space).size() : 0;
  }
};

}  // namespace

const Stage& devices_stage() {
  static const DevicesStage stage;
  return stage;
}

}  // namespace flash
