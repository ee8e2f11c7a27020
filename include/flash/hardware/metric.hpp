// What is measured of a network on a target, and in which unit.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace flash {

enum class Metric { latency, energy, area };
inline constexpr std::array<Metric, 3> all_metrics{Metric::latency, Metric::energy, Metric::area};

std::string_view name(Metric metric);    // "latency"
std::string_view unit(Metric metric);    // "ms", "mJ", "mm2"
std::string_view key(Metric metric);     // "latency_ms", "energy_mj", "area_mm2": column and JSON names
std::string ceiling_key(Metric metric);  // "latency_max_ms", "energy_max_mj", "area_max_mm2": the job's key

// A T for each metric; iterates in the order of all_metrics.
template <class T>
class PerMetric {
 public:
  constexpr PerMetric() = default;
  constexpr explicit PerMetric(const T& each) { values_.fill(each); }

  constexpr T& operator[](Metric metric) { return values_[static_cast<std::size_t>(metric)]; }
  constexpr const T& operator[](Metric metric) const { return values_[static_cast<std::size_t>(metric)]; }

  constexpr auto begin() { return values_.begin(); }
  constexpr auto end() { return values_.end(); }
  constexpr auto begin() const { return values_.begin(); }
  constexpr auto end() const { return values_.end(); }
  bool operator==(const PerMetric&) const = default;

 private:
  std::array<T, all_metrics.size()> values_{};
};

// One network on one target. A metric that the target lacks is NaN, never a made-up number.
struct Measurement : PerMetric<double> {
  constexpr Measurement() : PerMetric(std::numeric_limits<double>::quiet_NaN()) {}
  constexpr explicit Measurement(double each) : PerMetric(each) {}
};

}  // namespace flash
