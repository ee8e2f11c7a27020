// Exact Pareto fronts of accuracy and metrics over a whole space, without enumerating it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

struct ParetoPoint {
  NetworkId id = 0;
  Evaluation evaluation;
};

// The feasible configurations (all, without constraints) of which no other feasible one has at least the
// accuracy and at most each of the metrics, and is better in one. Of configurations with the same accuracy
// and metrics, to the last bit, the lowest id stands for all (in spaces of many choices another may).
struct ParetoFront {
  std::vector<Metric> metrics;      // minimised; accuracy is maximised
  std::vector<ParetoPoint> points;  // accuracy descending
  bool complete = true;     // false: stopped; the points are those of the front with the best accuracy
  std::uint64_t boxes = 0;  // bounds computed
  double seconds = 0;
};

// A front or a search that outgrows these is given up: 10 million points and 40 million waiting boxes take 2
// to 3 GB.
struct ParetoLimits {
  std::size_t points = 10'000'000;
  std::size_t waiting_boxes = 40'000'000;
};

// Boxes of configurations are taken in the order of the best accuracy that they can hold. So all that is
// found later is no more accurate than what the front holds by then, and a box whose least metrics the
// front's points already meet is cut. Deterministic; one thread.
//
// Throws Error bad_job where `metrics` is empty, names one twice or one not in hand, and where a limit is
// exceeded. `stop` is asked now and then.
ParetoFront pareto_front(
    const Evaluator& evaluator, const std::vector<Metric>& metrics,
    const std::function<bool()>& stop = [] { return false; }, const ParetoLimits& limits = {});

// The fronts that a report shows: accuracy against each metric in hand, and against latency and energy.
std::vector<std::vector<Metric>> reported_fronts(const Evaluator& evaluator);
std::vector<ParetoFront> pareto_fronts(
    const Evaluator& evaluator, const std::function<bool()>& stop = [] { return false; });

// {metrics, size, complete, seconds, boxes, points: [{id, objective, accuracy, ...}]}
Json to_json(const ParetoFront& front);

}  // namespace flash
