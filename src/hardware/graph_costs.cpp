#include "flash/hardware/graph_costs.hpp"

#include <algorithm>

namespace flash {
namespace {

constexpr double values_per_kib = 1024.0 / sizeof(float);

}  // namespace

std::vector<double> exact_sums(Metric metric, FeatureColumns& columns, const Stratum& stratum,
                               std::size_t slot) {
  std::vector<double> sums(static_cast<std::size_t>(stratum.options[slot]));
  columns.add(sums, metric == Metric::peak_memory ? 1 / values_per_kib : 1,
              metric == Metric::macs ? "macs" : "parameters", stratum, slot);
  return sums;
}

std::vector<double> exact_maxima(Metric, const Space& space, const Stratum& stratum, std::size_t slot) {
  std::vector<double> maxima;
  for (const std::int64_t values : space.geometry().peaks(stratum.shape, slot))
    maxima.push_back(static_cast<double>(values) / values_per_kib);
  return maxima;
}

double exact_value(Metric metric, const Space& space, const Point& point) {
  const Stratum& stratum = space.stratum(point);
  const Counts counts = space.counts(point);
  if (metric == Metric::macs) return static_cast<double>(counts.macs);
  if (metric == Metric::parameters) return static_cast<double>(counts.parameters);
  std::int64_t most = 0;
  for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot)
    most = std::max(most, space.geometry().peak(stratum.shape, slot, -1, point.options[slot]));
  return static_cast<double>(counts.parameters + most) / values_per_kib;
}

}  // namespace flash
