// Measuring the latency of a network on the machine that this runs on.
#pragma once

#include "flash/space/space.hpp"
#include "flash/task/host_measurement.hpp"

namespace flash {

HostMeasurement measure_host_latency(const Space& space, const Configuration& configuration,
                                     const HostMeasurementSettings& settings, std::uint64_t seed);

}  // namespace flash
