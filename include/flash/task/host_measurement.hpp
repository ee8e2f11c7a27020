// What a measuring task says and what comes back; known to flash and to flash-trainer, free of LibTorch.
#pragma once

#include <string>

#include "flash/core/json.hpp"

namespace flash {

struct HostMeasurementSettings {
  int batch = 1;
  int threads = 1;
  int repeats = 20;  // timed forward passes
  int warmup = 3;    // not timed
  std::string device = "cpu";
};
Json to_json(const HostMeasurementSettings& settings);
HostMeasurementSettings host_measurement_settings_from_json(const Json& json);

struct HostMeasurement {
  double latency_ms = 0;      // median over the repeats of one forward pass of the batch, inference mode
  double latency_ms_iqr = 0;  // interquartile range over the repeats
  int repeats = 0;
};
Json to_json(const HostMeasurement& measurement);
HostMeasurement host_measurement_from_json(const Json& json);

}  // namespace flash
