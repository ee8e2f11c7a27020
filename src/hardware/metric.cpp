#include "flash/hardware/metric.hpp"

namespace flash {
namespace {

struct Facts {
  std::string_view name;
  std::string_view unit;
  std::string_view key;
  bool has_maximum = false;
};

const Facts& facts(Metric metric) {
  static constexpr std::array<Facts, all_metrics.size()> table{{
      {"latency", "ms", "latency_ms"},
      {"energy", "mJ", "energy_mj"},
      {"area", "mm2", "area_mm2"},
      {"parameters", "1", "parameters"},
      {"macs", "1", "macs"},
      {"peak_memory", "KiB", "peak_memory_kib", true},
  }};
  return table[static_cast<std::size_t>(metric)];
}

}  // namespace

std::string_view name(Metric metric) { return facts(metric).name; }
std::string_view unit(Metric metric) { return facts(metric).unit; }
std::string_view key(Metric metric) { return facts(metric).key; }
bool has_maximum(Metric metric) { return facts(metric).has_maximum; }

std::string ceiling_key(Metric metric) {
  return std::string(name(metric)) + "_max" + std::string(key(metric).substr(name(metric).size()));
}

}  // namespace flash
