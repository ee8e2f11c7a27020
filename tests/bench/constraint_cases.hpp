// The constraint sets of the benchmarks, made from the models.
#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

// No bound; a floor that a quarter of the accuracies' range meets; ceilings in the (geometric) middle of each
// metric's range; all of them.
inline std::vector<Constraints> constraint_cases(const Models& models) {
  const Evaluator free(Space(models.space), models, {}, {});
  double least = 1, most = 0;
  std::array<double, 3> low, high{};
  low.fill(std::numeric_limits<double>::infinity());
  for (const Stratum& stratum : free.space().strata()) {
    const StratumTables& tables = free.tables(stratum.index);
    const auto [g_low, g_high] = tables.degree.range();
    least = std::min(least, (*models.accuracy)(g_low));
    most = std::max(most, (*models.accuracy)(g_high));
    for (const Metric m : all_metrics) {
      if (!free.has(m)) continue;
      const auto i = static_cast<std::size_t>(m);
      low[i] = std::min(low[i], tables.metric[i].range().first);
      high[i] = std::max(high[i], tables.metric[i].range().second);
    }
  }
  Constraints none, floor, ceilings;
  floor.name = "accuracy";
  floor.accuracy_min = least + 0.75 * (most - least);
  ceilings.name = "hardware";
  for (const Metric m : all_metrics) {
    const auto i = static_cast<std::size_t>(m);
    if (free.has(m)) ceilings.metric_max[i] = std::sqrt(low[i] * high[i]);
  }
  Constraints all = ceilings;
  all.name = "all";
  all.accuracy_min = floor.accuracy_min;
  return {none, floor, ceilings, all};
}

}  // namespace flash
