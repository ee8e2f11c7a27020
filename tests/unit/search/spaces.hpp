// Small spaces and hand-made models for the tests of this room.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/hardware/interval.hpp"
#include "flash/search/evaluator.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/space/places.hpp"

namespace flash::test {

inline CellSpace small_space(std::vector<int> widths = {2, 3, 4}, std::vector<int> depths = {3, 4, 5}) {
  CellSpace definition;
  definition.widths = std::move(widths);
  definition.wm = {1, 2};
  definition.depths = std::move(depths);
  definition.input = {3, 16, 10};
  return definition;
}

// Latency and energy grow with the network; area is absent.
inline Models simple_models(const SpaceDefinition& definition, double b = 20) {
  Models models;
  models.space = definition;
  models.accuracy = AccuracyModel{1.05, b, -1};
  models.target = "test";
  models.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 1e-5}, {"layers", 0.02}}};
  models.metrics[Metric::energy] = MetricModel{2, {{"parameters", 1e-3}, {"traffic", 1e-4}}};
  models.provenance = "by hand";
  return models;
}

struct Extremes {
  double least_accuracy = 1e300, most_accuracy = 0, least_latency = 1e300, most_latency = 0;
};

inline Extremes extremes(const Evaluator& evaluator) {
  Extremes result;
  for (const Stratum& stratum : evaluator.space().strata()) {
    std::vector<std::int64_t> high = stratum.options;
    for (std::int64_t& option : high) --option;
    for (const auto& corner : {std::vector<std::int64_t>(high.size(), 0), high}) {
      const Evaluation e = evaluator(stratum, corner);
      result.least_accuracy = std::min(result.least_accuracy, e.accuracy);
      result.most_accuracy = std::max(result.most_accuracy, e.accuracy);
      result.least_latency = std::min(result.least_latency, e.metrics[Metric::latency]);
      result.most_latency = std::max(result.most_latency, e.metrics[Metric::latency]);
    }
  }
  return result;
}

// The slowest layer's time, on tiles so small that layers take several.
inline MetricModel interval_model(Philox& random) {
  MetricModel model{1, {}};
  model.slowest_layer = true;
  model.tiling = Tiling{.crossbar_rows = 16, .crossbar_columns = 16, .tile_rows = 1, .tile_columns = 2};
  model.terms.push_back({"layer_copied_cycles", 1e-5 * (1 + random.uniform())});
  if (random.below(3) > 0) model.terms.push_back({"layer_load_side", 1e-5 * random.uniform()});
  if (random.below(3) > 0) model.terms.push_back({"side_rise", 1e-6 * random.uniform()});
  if (random.below(3) > 0) model.terms.push_back({"side_fall", 1e-7 * random.uniform()});
  return model;
}

// A sum in place of a product, its terms such that each may decide: of what the evaluator has in hand, some left out.
inline Objective sum_at_random(const Evaluator& evaluator, Philox& random) {
  Objective sum{.accuracy = 0,
                .metric = PerMetric<double>(),
                .training_free = evaluator.objective().training_free,
                .form = Form::sum};
  const double scale = 0.1 * std::pow(300, random.uniform());
  const auto weight = [&](double largest) {
    return random.below(4) == 0 ? 0 : scale * std::pow(10, -random.uniform()) / largest;
  };
  const auto [low, high] = evaluator.degree_range();
  sum.accuracy = weight(evaluator.accuracy(evaluator.degree_helps() ? high : low));
  auto left =
      most_factors - static_cast<std::size_t>(std::ranges::count_if(evaluator.metrics(), is_plain_fitted));
  for (const Metric m : evaluator.metrics()) {
    const double drawn = weight(evaluator.metric_range(m).second);
    if (!is_plain_fitted(m) && drawn > 0 && left-- == 0) break;
    sum.metric[m] = drawn;
  }
  return sum;
}

// As adapted models are: a weight of each operator at each place, where the space has places, and counts of them.
inline MetricModel device_model(const Space& space, Philox& random) {
  MetricModel model{1 + random.uniform(), {{"macs", 1e-7 * random.uniform()}}};
  for (const SpacePlace& place : space.places().places)
    for (const std::string& name : place.operators)
      if (random.below(3) != 0)
        model.terms.push_back({std::string(place.name).append("=").append(name), random.uniform()});
  if (!space.places().of_slot.empty() && !space.places().of_slot[0].empty()) {
    const SpacePlace& place = space.places().places[space.places().of_slot[0][0]];
    model.terms.push_back(
        {place.name.substr(0, place.name.rfind('_')).append("=").append(place.operators.front()), 0.1});
  }
  return model;
}

// Random models of a space, exponents (of every third seed or so weights), and constraints of all kinds, among them
// ones that nothing meets, falling accuracies, metrics that fall with the skips and metrics that rise and fall, and exact metrics, sums and the peak
// memory that is a maximum too.
inline Evaluator asked_at_random(const SpaceDefinition& definition, std::uint64_t seed, Philox& random,
                                 const std::string& other_reading = "channels",
                                 const std::optional<AdditiveScore>& additive = {}) {
  const auto between = [&](double low, double high) { return low * std::pow(high / low, random.uniform()); };
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
  };
  Models models;
  models.space = definition;
  models.reading = random.below(2) ? (other_reading == "channels" ? "links" : other_reading) : other_reading;
  models.target = "random";
  models.accuracy = AccuracyModel{1.05, between(1, 60) * (random.below(8) == 0 ? -0.02 : 1), -1};
  models.additive = additive;
  if (additive) models.accuracy = additive_link();
  for (const Metric m : plain_fitted_metrics) {
    auto& metric = models.metrics[m];
    if (random.below(4) == 0) continue;
    metric = MetricModel{between(0.1, 10), {}};
    const char* features[] = {"macs", "parameters", "traffic", "layers"};
    const double scale[] = {1e-6, 1e-4, 1e-4, 1e-2};
    for (int terms = pick(0, 3); terms > 0; --terms) {
      const std::uint64_t f = random.below(4);
      metric->terms.push_back({features[f], scale[f] * between(0.1, 10)});
    }
    if (random.below(8) == 0) {
      metric->intercept = 1e6;
      metric->terms.push_back({"traffic", -1e-3});
    }
    if (random.below(8) == 0) {  // down with every row, up with every tile
      metric->tiling = Tiling{.crossbar_rows = 8, .crossbar_columns = 8, .tile_rows = 1, .tile_columns = 2};
      metric->intercept = 1e6;
      metric->terms.push_back({"buffer_bits", -1e-4 * between(0.1, 10)});
      metric->terms.push_back({"tiles", between(0.1, 10)});
    }
  }
  Objective objective;
  if (random.below(2)) {
    objective.accuracy = between(0.2, 20);
    for (const Metric m : plain_fitted_metrics)
      objective.metric[m] = random.below(4) == 0 ? 0 : between(0.1, 2);
  }
  objective.training_free = random.below(5) == 0;

  Philox exact(seed, 78);  // every other seed: so many exact metrics in the objective, or bounded
  const bool with_exact = seed % 2 == 1;
  for (const Metric m : exact_metrics)
    if (with_exact && exact.below(2) == 0) objective.metric[m] = exact.below(2) == 0 ? 1 : 0.2;

  Space space(definition);
  Philox devices(seed, 81);  // every third seed or so: two devices, bounded or in the objective
  const bool with_devices = devices.below(3) == 0;
  const std::vector<Metric> on_devices{metric_on(Metric::latency, "a"), metric_on(Metric::latency, "b.2")};
  if (with_devices) {
    for (const Metric m : on_devices) models.metrics[m] = device_model(space, devices);
    const auto factors = std::ranges::count_if(all_metrics(), [&](Metric m) {
      return objective.metric[m] > 0 || (is_plain_fitted(m) && models.metrics[m].has_value());
    });
    if (factors < static_cast<std::ptrdiff_t>(most_factors) && devices.below(2) == 0)
      objective.metric[on_devices[devices.below(2)]] = devices.below(2) == 0 ? 1 : 0.7;
  }
  Philox chips(seed, 82);  // every fourth seed or so: the interval of a chip, bounded or in the objective
  const bool with_interval = chips.below(4) == 0;
  if (with_interval) {
    models.metrics[interval()] = interval_model(chips);
    const auto factors = std::ranges::count_if(all_metrics(), [&](Metric m) {
      return objective.metric[m] > 0 || (is_plain_fitted(m) && models.metrics[m].has_value());
    });
    if (factors < static_cast<std::ptrdiff_t>(most_factors) && chips.below(2) == 0)
      objective.metric[interval()] = chips.below(2) == 0 ? 1 : 0.7;
  }
  const Evaluator free(space, models, objective, {});
  Philox sums(seed, 80);
  if (sums.below(3) == 0) objective = sum_at_random(free, sums);
  const Evaluation sample = free.in_full(random.below(space.size()));
  Constraints constraints;
  const auto slack = [&] {
    return random.below(3) == 0 ? between(0.5, 2) : 1.0;
  };  // 1: a bound that one meets exactly
  if (random.below(2)) constraints.accuracy_min = sample.accuracy * slack();
  for (const Metric m : plain_fitted_metrics)
    if (free.has(m) && random.below(3) == 0) constraints.metric_max[m] = sample.metrics[m] * slack();
  for (const Metric m : exact_metrics)
    if (with_exact && exact.below(3) == 0) constraints.metric_max[m] = sample.metrics[m] * slack();
  if (with_devices)
    for (const Metric m : on_devices)
      if (devices.below(2) == 0)
        constraints.metric_max[m] = sample.metrics[m] * (devices.below(2) == 0 ? 1 : 1.2);
  if (with_interval && chips.below(2) == 0)
    constraints.metric_max[interval()] = sample.metrics[interval()] * (chips.below(2) == 0 ? 1 : 1.2);
  return Evaluator(std::move(space), std::move(models), objective, constraints);
}

// A random evaluator of a random small space of cells: families, depth modes, readings, what is asked.
inline Evaluator random_evaluator(std::uint64_t seed, std::uint64_t most_configurations = 20'000) {
  Philox random(seed, 77);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
  };
  CellSpace definition;
  for (;;) {
    definition = {};
    const bool mlp = random.below(6) == 0;
    definition.family = mlp ? "mlp-cells" : "dense-cells";
    definition.block = random.below(2) ? Block::depthwise : Block::regular;
    definition.widths.clear();
    for (int cells = mlp ? 1 : pick(1, 4); cells > 0; --cells) definition.widths.push_back(pick(1, 5));
    definition.wm = random.below(2) ? std::vector<int>{1, 3} : std::vector<int>{2};
    definition.depths = random.below(2) ? std::vector<int>{3, 5} : std::vector<int>{4};
    definition.depth_mode = random.below(2) ? DepthMode::separate : DepthMode::equal;
    definition.skips = {pick(0, 1), random.below(2) ? -1 : pick(2, 9), pick(1, 3)};
    definition.input = {3, 32, 10};
    try {
      if (Space(definition).size() <= most_configurations) break;
    } catch (const std::exception&) {  // an unreachable skip minimum: draw again
    }
  }
  return asked_at_random(definition, seed, random);
}

// The answer by evaluating everything, one by one.
struct BruteForce {
  std::uint64_t best_id = 0;
  Evaluation best;
  std::uint64_t feasible = 0;
  std::vector<Evaluation> all;

  explicit BruteForce(const Evaluator& evaluator) {
    for (std::uint64_t id = 0; id < evaluator.space().size(); ++id) {
      all.push_back(evaluator.at(id));
      if (all.back().feasible()) ++feasible;
      if (id == 0 || better(all.back(), id, best, best_id)) {
        best = all.back();
        best_id = id;
      }
    }
  }
};

}  // namespace flash::test
