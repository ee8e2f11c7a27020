// What is measured of a network on a target, and in which unit.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <string_view>

namespace flash {

enum class Metric { latency, energy, area };
inline constexpr std::array<Metric, 3> all_metrics{Metric::latency, Metric::energy, Metric::area};

std::string_view name(Metric metric);  // "latency"
std::string_view unit(Metric metric);  // "ms", "mJ", "mm2"
std::string_view key(Metric metric);   // "latency_ms", "energy_mj", "area_mm2": column and JSON names

// One network on one target. A metric that the target lacks is NaN, never a made-up number.
struct Measurement {
  std::array<double, 3> value{std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::quiet_NaN()};
  double& operator[](Metric m) { return value[static_cast<std::size_t>(m)]; }
  double operator[](Metric m) const { return value[static_cast<std::size_t>(m)]; }
};

}  // namespace flash
