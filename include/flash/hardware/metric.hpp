// What a network costs: how each metric is called, its unit, and where its values come from.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace flash {

enum class Metric { latency, energy, area, parameters, macs, peak_memory };
inline constexpr std::array<Metric, 6> all_metrics{Metric::latency,    Metric::energy, Metric::area,
                                                   Metric::parameters, Metric::macs,   Metric::peak_memory};
// Measured on a target, then predicted by a fitted model. A target may lack some.
inline constexpr std::array<Metric, 3> fitted_metrics{Metric::latency, Metric::energy, Metric::area};
// Counted from the network alone, without error (graph_costs.hpp): there on every target.
inline constexpr std::array<Metric, 3> exact_metrics{Metric::parameters, Metric::macs, Metric::peak_memory};
constexpr bool is_exact(Metric metric) { return metric >= Metric::parameters; }

std::string_view name(Metric metric);    // "latency", ..., "peak_memory"
std::string_view unit(Metric metric);    // "ms", "mJ", "mm2"; "1" (a count); "KiB"
std::string_view key(Metric metric);     // "latency_ms", ..., "macs", "peak_memory_kib": columns, JSON
std::string ceiling_key(Metric metric);  // "latency_max_ms", ..., "peak_memory_max_kib": the job's key
// Whether cells have a part of which the largest alone counts, besides the part that adds up over cells.
bool has_maximum(Metric metric);

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

// One network on one target. A metric that the target lacks, or that nobody has asked for, is NaN, never a
// made-up number.
struct Measurement : PerMetric<double> {
  constexpr Measurement() : PerMetric(std::numeric_limits<double>::quiet_NaN()) {}
  constexpr explicit Measurement(double each) : PerMetric(each) {}
};

}  // namespace flash
