// Models of a space of choices, for tests and benchmarks that are given no fitted ones.
#pragma once

#include <cmath>
#include <string>

#include "flash/core/random.hpp"
#include "flash/predict/additive_score.hpp"
#include "flash/search/models.hpp"
#include "flash/space/families/families.hpp"

namespace flash {

// Accuracy rises with the logarithm of what each slot computes, and with something of each operator's own there, a
// third as much; latency and energy are those of a phone's size. Of spaces whose slots have one axis, `op`.
inline Models choice_models(const SpaceDefinition& definition, std::uint64_t seed = 11) {
  Models models;
  models.space = definition;
  models.accuracy = additive_link();
  models.target = "usual";
  models.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 5e-8}, {"layers", 0.03}, {"traffic", 4e-7}}};
  models.metrics[Metric::energy] = MetricModel{1, {{"macs", 6e-8}, {"parameters", 4e-7}}};
  const Space space(models.space);
  AdditiveScore score{link_offset, {}};
  Philox random(seed);
  const Stratum* full = &space.strata().front();
  for (const Stratum& stratum : space.strata())
    if (stratum.cells() > full->cells()) full = &stratum;
  for (std::size_t slot = 0; slot < full->cells(); ++slot) {
    const Axis& axis = space.geometry().slot_axes(full->slots[slot].kind).front();
    const auto size = [&](std::int64_t option) {
      Point point{full->index, std::vector<std::int64_t>(full->cells())};
      point.options[slot] = option;
      return std::log(1e4 + static_cast<double>(counts(space.part(point, slot)).macs));
    };
    const double first = size(0);
    for (std::size_t k = 1; k < axis.values.size(); ++k) {
      std::string feature = "op = ";
      feature.append(axis.values[k]).append(" ").append(std::to_string(slot + 1));
      const double more = size(static_cast<std::int64_t>(k)) - first;
      const double weight = (1.2 * more + 0.4 * random.normal()) / static_cast<double>(full->cells());
      score.weights.push_back({feature, weight, 0});
    }
  }
  models.additive = score;
  return models;
}

inline Models choice_models(const std::string& preset, std::uint64_t seed = 11) {
  return choice_models(find_preset(preset)->definition, seed);
}

}  // namespace flash
