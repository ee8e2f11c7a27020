// Kind devices: one network on several devices, each by the kind of its own target; metrics carry the device's name.
#include "flash/core/error.hpp"
#include "flash/hardware/metric.hpp"
#include "flash/worker/task_kind.hpp"
#include "flash/worker/worker.hpp"

namespace flash {
namespace {

struct DevicesTask {
  static constexpr std::string_view name = "devices";
  struct Input {
    Json devices;  // the tasks by the devices' names
    Json target;   // that of the target, whose result theirs is added to; null: there is none
  };
  using Output = Json;
  static Input read(const Json& json) { return {json.at("devices"), json.value("target", Json())}; }
  static Output run(const Input& input, TaskWorker& worker) {
    Json metrics = input.target.is_null() ? Json::object() : Json::parse(worker.run(input.target));
    for (const auto& [device, task] : input.devices.items()) {
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
