// Random questions on the spaces of choices, for benchmarks.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/search/evaluator.hpp"
#include "flash/space/families/families.hpp"

namespace flash {

inline std::vector<NetworkId> random_ids(const Space& space, std::size_t count, Philox& random) {
  std::vector<NetworkId> ids;
  while (ids.size() < count) {
    const NetworkId wide = (static_cast<NetworkId>(random()) << 64) + random();
    ids.push_back(wide % space.count());
  }
  return ids;
}

// Accuracy is an additive score: of each position's operators some share of what their MACs say and some of their
// own; so is that of depths and resolutions. Latency and energy rest on features as fitted models do. Ceilings on
// latency, then parameters, then energy, at the 10, 30 or 50 % quantile of random networks.
// What is maximised: accuracy, accuracy / (latency * energy), or accuracy less 0.2 times latency and 0.1 times energy,
// each over its median.
enum class Asked { accuracy, ratio, sum };

inline Evaluator random_choice_case(const std::string& preset, std::uint64_t seed, int ceilings,
                                    Asked asked = Asked::accuracy) {
  Philox random(derive_seed(seed, preset, static_cast<std::uint64_t>(ceilings)));
  Models models;
  models.space = find_preset(preset)->definition;
  const Space space(models.space);
  AdditiveScore score{.intercept = link_offset, .weights = {}};
  for (const Axis& axis : space.geometry().shape_axes())
    if (axis.values.size() > 1) {
      const std::string feature = "log " + axis.name;
      if (std::ranges::find(score.weights, feature, &AdditiveScore::Weight::feature) == score.weights.end())
        score.weights.push_back({feature, 0.3 + 0.2 * random.uniform(), 0});
    }
  const Axis& operators = space.geometry().slot_axes(0).front();
  for (std::size_t slot = 0; slot < space.cells(); ++slot) {
    const Stratum& largest = space.strata().back();
    for (std::size_t k = 1; k < operators.values.size(); ++k) {
      const auto macs = [&](std::int64_t option) {
        return std::log1p(
            1e-5 *
            static_cast<double>(flash::counts(space.geometry().part(largest.shape, slot, -1, option)).macs));
      };
      const auto options = largest.options[slot];
      const double more =
          static_cast<std::int64_t>(k) < options ? macs(static_cast<std::int64_t>(k)) - macs(0) : 0;
      score.weights.push_back(
          {std::string("op = ").append(operators.values[k]).append(" ").append(std::to_string(slot + 1)),
           0.05 * more * (0.5 + random.uniform()) + 0.02 * random.normal(), 0});
    }
  }
  models.additive = score;
  models.accuracy = additive_link();
  models.target = "random";
  models.metrics[Metric::latency] = MetricModel{
      0.5,
      {{"macs", 1e-8 * (0.5 + random.uniform())}, {"traffic", 1e-6 * random.uniform()}, {"layers", 0.02}}};
  models.metrics[Metric::energy] =
      MetricModel{1, {{"macs", 1e-8}, {"parameters", 1e-6 * (0.5 + random.uniform())}, {"traffic", 2e-6}}};
  Objective objective;
  for (double& exponent : objective.metric) exponent = 0;
  if (asked == Asked::ratio) objective.metric[Metric::latency] = objective.metric[Metric::energy] = 1;
  const Evaluator free(space, models, objective, {}, {Metric::parameters});
  const double quantile = std::vector{0.1, 0.3, 0.5}[random.below(3)];
  Constraints constraints;
  const std::vector<Metric> bounded{Metric::latency, Metric::parameters, Metric::energy};
  PerMetric<std::vector<double>> values;
  for (const NetworkId id : random_ids(space, 1000, random)) {
    const Evaluation e = free.at(id);
    for (const Metric m : bounded) values[m].push_back(e.metrics[m]);
  }
  for (const Metric m : bounded) std::ranges::sort(values[m]);
  if (asked == Asked::sum) {
    objective.form = Form::sum;
    objective.metric[Metric::latency] = 0.2 / values[Metric::latency][500];
    objective.metric[Metric::energy] = 0.1 / values[Metric::energy][500];
  }
  for (int k = 0; k < ceilings; ++k) {
    const std::vector<double>& list = values[bounded[static_cast<std::size_t>(k)]];
    constraints.metric_max[bounded[static_cast<std::size_t>(k)]] =
        list[static_cast<std::size_t>(quantile * static_cast<double>(list.size()))];
  }
  return Evaluator(space, models, objective, constraints);
}

}  // namespace flash
