// What a network costs: how each metric is called, its unit, and where its values come from.
//
// A latency, an energy or an area may be that on a device of a name, "latency@pixel3": a metric of its own, so that
// networks can be sought for several devices at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace flash {

// These, and behind them those on devices, which metric_on() numbers.
enum class Metric : std::uint8_t { latency, energy, area, parameters, macs, peak_memory };
inline constexpr std::array<Metric, 6> plain_metrics{Metric::latency,    Metric::energy, Metric::area,
                                                     Metric::parameters, Metric::macs,   Metric::peak_memory};
// Measured on a target, then predicted by a fitted model. A target may lack some.
inline constexpr std::array<Metric, 3> plain_fitted_metrics{Metric::latency, Metric::energy, Metric::area};
// Counted from the network alone, without error (graph_costs.hpp): there on every target.
inline constexpr std::array<Metric, 3> exact_metrics{Metric::parameters, Metric::macs, Metric::peak_memory};
constexpr bool is_exact(Metric metric) {
  return metric >= Metric::parameters && metric <= Metric::peak_memory;
}
constexpr bool is_on_device(Metric metric) { return metric > Metric::peak_memory; }
constexpr bool is_plain_fitted(Metric metric) { return metric < Metric::parameters; }

// How many there may be at once in a process.
inline constexpr std::size_t most_metrics = 32;

// The fitted metric on a device, the same whenever it is asked for. Throws Error usage where `kind` is not among
// plain_fitted_metrics, the name is empty or holds anything but letters, digits, '_' and '.', or where there are
// most_metrics already.
Metric metric_on(Metric kind, std::string_view device);
Metric kind_of(Metric metric);              // itself, or of which it is that on a device
std::string_view device_of(Metric metric);  // "pixel3"; "" of a plain one
// Why a device may not be called so, "holds '-', ..."; "": it may.
std::string why_no_device(std::string_view device);

// The plain ones in their order, then those on devices that metric_on() has been asked for by now, by device and kind:
// an order that does not depend on who asked first. Both stay valid.
std::span<const Metric> all_metrics();
std::span<const Metric> fitted_metrics();  // of them those that are not exact

std::string_view name(Metric metric);  // "latency", ..., "peak_memory"; "latency@pixel3"
std::string_view unit(Metric metric);  // "ms", "mJ", "mm2"; "1" (a count); "KiB"
std::string_view key(
    Metric metric);  // "latency_ms", ..., "peak_memory_kib", "latency_ms@pixel3": columns, JSON
// "latency_ms_band", "latency_ms_band@pixel3": a name or key of a figure of the metric's.
std::string with_suffix(std::string_view name_or_key, std::string_view suffix);
std::string in_words(Metric metric);     // "peak memory", "latency on pixel3"
std::string ceiling_key(Metric metric);  // "latency_max_ms", ..., "peak_memory_max_kib": the job's key
// Whether cells have a part of which the largest alone counts, besides the part that adds up over cells.
bool has_maximum(Metric metric);

// The metric of a name, or of a key; one on a device is made known where it was not. Nothing where there is none.
// Throws Error usage as metric_on.
std::optional<Metric> find_metric(std::string_view name);
std::optional<Metric> find_metric_by_key(std::string_view key);

// A T for each metric; iterates over all that there may be.
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
  std::array<T, most_metrics> values_{};
};

// One network on one target. A metric that the target lacks, or that nobody has asked for, is NaN, never a
// made-up number.
struct Measurement : PerMetric<double> {
  constexpr Measurement() : PerMetric(std::numeric_limits<double>::quiet_NaN()) {}
  constexpr explicit Measurement(double each) : PerMetric(each) {}
};

}  // namespace flash
