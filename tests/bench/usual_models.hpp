// Models of the usual shape and size, for benchmarks that are given no fitted ones.
#pragma once

#include "flash/search/models.hpp"
#include "flash/space/families/families.hpp"

namespace flash {

// Accuracy from 60 to 95 %, latency from 2 to 300 ms, energy and area alike: the orders of magnitude of
// networks of flash-63b on a server's core.
inline Models usual_models() {
  Models models;
  models.space = find_preset("flash-63b")->definition;
  models.accuracy = AccuracyModel{1.03, 150, -2};
  models.target = "usual";
  models.metrics[Metric::latency] = MetricModel{0.2, {{"layers", 0.02}, {"macs", 1.5e-8}, {"traffic", 2e-6}}};
  models.metrics[Metric::energy] = MetricModel{1, {{"macs", 6e-8}, {"parameters", 4e-6}}};
  models.metrics[Metric::area] = MetricModel{5, {{"parameters", 2e-5}, {"layers", 0.1}}};
  return models;
}

}  // namespace flash
