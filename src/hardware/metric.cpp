#include "flash/hardware/metric.hpp"

namespace flash {
namespace {

struct Names {
  std::string_view name;
  std::string_view unit;
  std::string_view key;
};

const Names& names(Metric metric) {
  static constexpr std::array<Names, all_metrics.size()> table{{{"latency", "ms", "latency_ms"},  //
                                                                {"energy", "mJ", "energy_mj"},
                                                                {"area", "mm2", "area_mm2"}}};
  return table[static_cast<std::size_t>(metric)];
}

}  // namespace

std::string_view name(Metric metric) { return names(metric).name; }
std::string_view unit(Metric metric) { return names(metric).unit; }
std::string_view key(Metric metric) { return names(metric).key; }

std::string ceiling_key(Metric metric) {
  return std::string(name(metric)) + "_max" + std::string(key(metric).substr(name(metric).size()));
}

}  // namespace flash
