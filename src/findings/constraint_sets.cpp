#include "flash/findings/constraint_sets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/search/evaluator.hpp"

namespace flash {
namespace {

bool bounded(const Constraints& constraints) {
  return std::ranges::any_of(constraints.metric_max, [](double bound) { return std::isfinite(bound); });
}

}  // namespace

std::string primary_set(const Job& job) {
  const bool floor = std::isfinite(job.constraints.accuracy_min);
  const bool ceilings = bounded(job.constraints);
  return floor && ceilings ? "job" : floor ? "accuracy" : ceilings ? "hardware" : "none";
}

std::size_t own_set(const Job& job, const std::vector<Constraints>& sets) {
  const auto own = std::ranges::find(sets, primary_set(job), &Constraints::name);
  return own == sets.end() ? 0 : static_cast<std::size_t>(own - sets.begin());
}

std::vector<Constraints> constraint_sets(const Job& job, const Space& space, const Models& models) {
  const Evaluator evaluator(space, models, job.objective, Constraints{});
  const auto [least_degree, most_degree] = evaluator.degree_range();
  const auto [low, high] = std::minmax({evaluator.accuracy(least_degree), evaluator.accuracy(most_degree)});
  Constraints none;
  none.name = "none";
  Constraints floor = none;
  floor.name = "accuracy";
  floor.accuracy_min =
      std::isfinite(job.constraints.accuracy_min) ? job.constraints.accuracy_min : low + 0.75 * (high - low);
  Constraints ceilings = none;
  ceilings.name = "hardware";
  ceilings.metric_max = job.constraints.metric_max;
  if (!bounded(ceilings)) {
    for (const Metric m : evaluator.metrics()) {
      const auto [least, most] = evaluator.metric_range(m);
      ceilings.metric_max[m] = std::sqrt(least * most);
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
