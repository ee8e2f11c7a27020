// What a measuring task says and what comes back; known to flash and to flash-trainer, free of LibTorch.
#pragma once

#include <limits>
#include <string>

#include "flash/core/json.hpp"

namespace flash {

// What is timed, a part of the result's inputs: what was measured otherwise is another result.
inline constexpr const char* host_runtime = "TorchScript file, optimize_for_inference";

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
  double energy_mj =
      std::numeric_limits<double>::quiet_NaN();  // of a forward pass of the batch, of the processor
                                                 // as a whole; NaN without readable counters
  double peak_memory_mib = std::numeric_limits<double>::quiet_NaN();  // resident memory of the process,
                                                                      // LibTorch included; NaN where unknown
  int repeats = 0;
  int outliers = 0;  // repeats that took longer than the upper quartile by three interquartile ranges
                     // (Tukey's "far out", 1977): left out of both figures
};
Json to_json(const HostMeasurement& measurement);
HostMeasurement host_measurement_from_json(const Json& json);

}  // namespace flash
