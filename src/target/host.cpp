// Target host: this machine, through flash-trainer and LibTorch.
#include "flash/core/version.hpp"
#include "flash/hardware/energy_counter.hpp"
#include "flash/target/target_of.hpp"
#include "flash/task/host_measurement.hpp"

namespace flash {
namespace {

class HostTarget : public TargetOf<HostTarget> {
 public:
  HostMeasurementSettings settings;

  static void add_options(SectionBuilder<HostTarget>& hardware) {
    using Settings = HostMeasurementSettings;
    const auto at = [](auto member) { return field(&HostTarget::settings, member); };
    hardware.integer("batch", batch_sizes, at(&Settings::batch), "Images of a measured forward pass.").unit =
        "images";
    hardware.integer("threads", thread_counts, at(&Settings::threads),
                     "Threads of LibTorch while measuring.");
    hardware.integer("repeats", {1, 1'000'000}, at(&Settings::repeats),
                     "Timed forward passes of a network; their median counts.");
    hardware.integer("warmup", {0, 1'000'000}, at(&Settings::warmup), "Forward passes before those.");
    hardware.device("device", at(&Settings::device), "Where networks run while they are measured.");
  }

  std::string_view name() const override { return "host"; }
  std::string_view description() const override {
    return "this machine (latency, and energy where its counters can be read)";
  }
  bool can_measure(Metric metric) const override {
    return metric == Metric::latency || metric == Metric::energy;
  }
  bool measures(Metric metric) const override {
    return metric == Metric::latency || (metric == Metric::energy && EnergyCounter().readable());
  }
  std::string why_unbounded(Metric metric, bool has_models) const override {
    if (metric != Metric::energy || has_models || EnergyCounter().readable()) return "";
    return "this machine's energy counters (/sys/class/powercap) cannot be read; run as root where there are "
           "some, or delete this key";
  }

  Json task(const Space& space, NetworkId id, std::uint64_t seed) const override {
    return {{"space", to_json(space.definition())},
            {"kind", "measure"},
            {"runtime", host_runtime},
            {"host", to_json(settings)},
            {"id", id_json(id)},
            {"seed", seed}};
  }
  bool runs_here() const override { return true; }
  std::vector<TaskInput> inputs(const SpaceDefinition& space, std::uint64_t seed) const override {
    return {{"space", digest_of(to_json(space))},
            {"seed", std::to_string(seed)},
            {"settings of the measurement", digest_of({host_runtime, to_json(settings)})}};
  }

  std::string device(const Json& result) const override {
    return result.is_object() ? result.value("device", "") : "";
  }
  Json provenance() const override {
    return {{"libraries", dependencies}, {"runtime", host_runtime}, {"settings", to_json(settings)}};
  }
  std::vector<SettingPair> compared(const Json& hardware, const Json&) const override {
    const Json theirs = member_or_null(hardware, "settings"), ours = to_json(settings);
    std::vector<SettingPair> pairs;
    for (const char* key : {"batch", "threads", "device"})
      pairs.push_back({std::string("hardware.") + key, member_or_null(theirs, key), ours[key]});
    return pairs;
  }
  Json attributes() const override {
    return {{"batch", settings.batch}, {"threads", settings.threads}, {"device", settings.device}};
  }
};

}  // namespace

const Target& host_target() {
  static const HostTarget target;
  return target;
}

}  // namespace flash
