// Kind devices: one network on several devices, each by the kind of its own target; metrics carry the device's name.
#include "flash/core/error.hpp"
#include "flash/hardware/metric.hpp"
#include "flash/worker/task_kind.hpp"
#include "flash/worker/worker.hpp"

namespace flash {
namespace {

struct DevicesTask {
  static constexpr std::string_view name = "devices";
  using Input = Json;  // the tasks by the devices' names
  using Output = Json;
  static Input read(const Json& json) { return json.at("devices"); }
  static Output run(const Input& devices, TaskWorker& worker) {
    Json metrics = Json::object();
    for (const auto& [device, task] : devices.items()) {
      Json result;
      try {
        result = Json::parse(worker.run(task));
      } catch (const Error& error) {
        throw Error(error.code(), "on " + device + ": " + error.what());
      }
      for (const Metric m : plain_fitted_metrics)
        if (const auto value = result.find(std::string(key(m))); value != result.end())
          metrics[std::string(key(metric_on(m, device)))] = *value;
    }
    return metrics;
  }
  static Json to_json(const Output& metrics) { return metrics; }
};

}  // namespace

const TaskKind& devices_kind() {
  static const TaskKindOf<DevicesTask> kind;
  return kind;
}

}  // namespace flash
