#include "flash/job/constraint_sets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/search/evaluator.hpp"

namespace flash {
namespace {

struct Extremes {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

bool bounded(const Constraints& constraints) {
  return std::any_of(constraints.metric_max.begin(), constraints.metric_max.end(),
                     [](double bound) { return std::isfinite(bound); });
}

}  // namespace

std::string primary_set(const Job& job) {
  const bool floor = std::isfinite(job.constraints.accuracy_min);
  const bool ceilings = bounded(job.constraints);
  return floor && ceilings ? "job" : floor ? "accuracy" : ceilings ? "hardware" : "none";
}

std::vector<Constraints> constraint_sets(const Job& job, const Space& space, const Models& models) {
  // Every value is monotone in each tc, so that a stratum's extremes are at its two far corners.
  const Evaluator evaluator(space, models, job.objective, Constraints{});
  Extremes accuracy;
  std::array<Extremes, 3> metric;
  for (const Stratum& stratum : space.strata()) {
    const std::vector<std::int64_t> lowest(stratum.cells(), 0);
    std::vector<std::int64_t> highest = stratum.options;
    for (std::int64_t& option : highest) --option;
    for (const auto& corner : {lowest, highest}) {
      const Evaluation evaluation = evaluator(stratum, corner);
      accuracy.include(evaluation.accuracy);
      for (const Metric m : all_metrics) {
        if (evaluator.has(m)) metric[static_cast<std::size_t>(m)].include(evaluation.metrics[m]);
      }
    }
  }

  Constraints none;
  none.name = "none";
  Constraints floor = none;
  floor.name = "accuracy";
  floor.accuracy_min = std::isfinite(job.constraints.accuracy_min)
                           ? job.constraints.accuracy_min
                           : accuracy.low + 0.75 * (accuracy.high - accuracy.low);
  Constraints ceilings = none;
  ceilings.name = "hardware";
  ceilings.metric_max = job.constraints.metric_max;
  if (!bounded(ceilings)) {
    for (const Metric m : all_metrics) {
      const std::size_t i = static_cast<std::size_t>(m);
      if (evaluator.has(m)) ceilings.metric_max[i] = std::sqrt(metric[i].low * metric[i].high);
    }
  }
  std::vector<Constraints> sets{none, floor, ceilings};
  if (primary_set(job) == "job") {
    sets.push_back(job.constraints);
    sets.back().name = "job";
  }
  return sets;
}

}  // namespace flash
