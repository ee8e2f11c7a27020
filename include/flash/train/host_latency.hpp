// Measuring the latency of a network on the machine that this runs on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flash/space/space.hpp"
#include "flash/task/host_measurement.hpp"

namespace flash {

// Batch, threads, repeats and device as the settings say; the input is random. A repeat is the median of as many
// passes as last 2 ms. Throws Error bad_job for settings that cannot be.
HostMeasurement measure_host_latency(const Space& space, const Point& point,
                                     const HostMeasurementSettings& settings, std::uint64_t seed);

// Latency, its spread and the outliers of a list of timings, at least one.
HostMeasurement summarise_timings(std::vector<double> milliseconds);

std::string libtorch_versions();  // "LibTorch 1.13.1, oneDNN 2.6.3", of what is loaded

}  // namespace flash
