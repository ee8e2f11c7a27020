#include "flash/task/host_measurement.hpp"

#include "flash/core/json_reader.hpp"

namespace flash {

Json to_json(const HostMeasurementSettings& settings) {
  return Json{{"batch", settings.batch},
              {"threads", settings.threads},
              {"repeats", settings.repeats},
              {"warmup", settings.warmup},
              {"device", settings.device}};
}

HostMeasurementSettings host_measurement_settings_from_json(const Json& json) {
  const JsonReader reader(json, "host measurement settings");
  HostMeasurementSettings settings;
  settings.batch = reader.get<int>("batch");
  settings.threads = reader.get<int>("threads");
  settings.repeats = reader.get<int>("repeats");
  settings.warmup = reader.get<int>("warmup");
  settings.device = reader.get<std::string>("device");
  return settings;
}

Json to_json(const HostMeasurement& measurement) {
  return Json{{"latency_ms", number_or_null(measurement.latency_ms)},
              {"latency_ms_iqr", number_or_null(measurement.latency_ms_iqr)},
              {"energy_mj", number_or_null(measurement.energy_mj)},
              {"peak_memory_mib", number_or_null(measurement.peak_memory_mib)},
              {"repeats", measurement.repeats},
              {"outliers", measurement.outliers}};
}

HostMeasurement host_measurement_from_json(const Json& json) {
  const JsonReader reader(json, "host measurement");
  HostMeasurement measurement;
  measurement.latency_ms = reader.get_or_nan("latency_ms");
  measurement.latency_ms_iqr = reader.get_or_nan("latency_ms_iqr");
  measurement.energy_mj = reader.get_or_nan("energy_mj");
  measurement.peak_memory_mib = reader.get_or_nan("peak_memory_mib");
  measurement.repeats = reader.get<int>("repeats");
  measurement.outliers = reader.get<int>("outliers");
  return measurement;
}

}  // namespace flash
