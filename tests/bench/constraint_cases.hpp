// The constraint sets of the benchmarks, made from the models.
#pragma once

#include <cmath>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

// No bound; a floor that a quarter of the accuracies' range meets; ceilings in the (geometric) middle of each
// metric's range; all of them.
inline std::vector<Constraints> constraint_cases(const Models& models) {
  const Evaluator free(Space(models.space), models, {}, {});
  const auto [least_degree, most_degree] = free.degree_range();
  const double least = free.accuracy(least_degree);
  const double most = free.accuracy(most_degree);
  Constraints none, floor, ceilings;
  floor.name = "accuracy";
  floor.accuracy_min = least + 0.75 * (most - least);
  ceilings.name = "hardware";
  for (const Metric m : all_metrics()) {
    const auto [low, high] = free.metric_range(m);
    if (free.has(m)) ceilings.metric_max[m] = std::sqrt(low * high);
  }
  Constraints all = ceilings;
  all.name = "all";
  all.accuracy_min = floor.accuracy_min;
  return {none, floor, ceilings, all};
}

}  // namespace flash
