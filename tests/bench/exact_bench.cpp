// The exact search on flash-63b, or on the space of each models file named on the command line: the optimum
// under every kind of constraint set, and the Pareto fronts.
//   bench_exact [--sets] [MODELS.json...]: with --sets, the constraint sets alone
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "constraint_cases.hpp"
#include "flash/core/random.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/pareto.hpp"
#include "usual_models.hpp"

namespace flash {
namespace {

struct Named {
  std::string name;
  Models models;
};

// A target that knows latency, or latency and energy.
Models host(bool with_energy) {
  Models models = usual_models();
  if (!with_energy) models.metrics[Metric::energy].reset();
  models.metrics[Metric::area].reset();
  return models;
}

// On an in-memory-computing chip: all three metrics, with the steps that whole crossbars and tiles make.
Models imc() {
  Models models = usual_models();
  models.metrics[Metric::latency] =
      MetricModel{0.01, {{"compute_cycles", 1e-6}, {"port_flits", 1e-6}, {"hop_flits", 2e-8}}, Tiling{}, {}};
  models.metrics[Metric::energy] = MetricModel{1e-4,
                                               {{"conversions", 2e-9},
                                                {"driven_rows", 1e-10},
                                                {"buffer_bits", 5e-11},
                                                {"flits", 1e-8},
                                                {"tile_cycles", 1e-10}},
                                               Tiling{},
                                               {}};
  models.metrics[Metric::area] = MetricModel{0.1, {{"tiles", 0.3}}, Tiling{}, {}};
  return models;
}

// The usual sets and one that nothing meets.
std::vector<Constraints> constraint_sets(const Models& models) {
  std::vector<Constraints> sets = constraint_cases(models);
  const Evaluator free(Space(models.space), models, {}, {});
  Constraints strict = sets.back();
  strict.name = "unattainable";
  strict.accuracy_min = free.accuracy(free.degree_range().second);
  sets.push_back(strict);
  return sets;
}

// With the median of five runs' seconds of processor time.
std::pair<ExactResult, double> solve(const Evaluator& evaluator) {
  std::vector<double> seconds;
  ExactResult result;
  for (int run = 0; run < 5; ++run) {
    const std::clock_t start = std::clock();
    result = solve_exact(evaluator);
    seconds.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::ranges::sort(seconds);
  return {result, seconds[2]};
}

void exact(const Named& named) {
  const Space space(named.models.space);
  for (const Constraints& constraints : constraint_sets(named.models)) {
    for (const double exponent : {1.0, 20.0}) {
      Objective objective;
      objective.accuracy = exponent;
      const Evaluator evaluator(space, named.models, objective, constraints);
      const auto [result, seconds] = solve(evaluator);
      std::printf("%-14s %-15s theta^%-3g %-5s id %12llu %10.3f ms %9llu boxes %9llu evaluations\n",
                  named.name.c_str(), constraints.name.c_str(), exponent, result.found ? "found" : "none",
                  static_cast<unsigned long long>(result.best_id), seconds * 1e3,
                  static_cast<unsigned long long>(result.boxes),
                  static_cast<unsigned long long>(result.evaluations));
    }
  }
}

// Bounds that one configuration, drawn at random, just meets: they bind in the middle of a stratum, where
// boxes are hardest to cut.
void tight(const Named& named) {
  const Space space(named.models.space);
  const Evaluator free(space, named.models, {}, {});
  Philox random(1);
  std::vector<double> seconds;
  constexpr double patience = 1;  // seconds of processor time a draw
  std::uint64_t boxes = 0;
  int unproved = 0;
  for (int draw = 0; draw < 51; ++draw) {
    const Evaluation sample = free.at(random.below(space.size()));
    Constraints constraints;
    constraints.accuracy_min = sample.accuracy;
    for (const Metric m : all_metrics())
      if (free.has(m) && (draw % 2 == 0 || m == Metric::latency))
        constraints.metric_max[m] = sample.metrics[m];
    Objective objective;
    objective.accuracy = draw % 4 < 2 ? 1 : 20;
    const Evaluator evaluator(space, named.models, objective, constraints);
    const std::clock_t start = std::clock();
    const auto since = [start] { return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; };
    std::uint64_t asked = 0;
    const ExactResult result =
        solve_exact(evaluator, [&] { return ++asked % 1024 == 0 && since() > patience; });
    seconds.push_back(since());
    boxes = std::max(boxes, result.boxes);
    unproved += !result.complete;
  }
  std::ranges::sort(seconds);
  std::printf("%-14s tight, of %zu: median %.3f ms, most %.3f ms, %llu boxes at most, %d given up\n",
              named.name.c_str(), seconds.size(), seconds[seconds.size() / 2] * 1e3, seconds.back() * 1e3,
              static_cast<unsigned long long>(boxes), unproved);
}

void fronts(const Named& named) {
  const Evaluator evaluator(Space(named.models.space), named.models, {}, {});
  for (const std::vector<Metric>& metrics : reported_fronts(evaluator)) {
    std::string names;
    for (const Metric m : metrics) names.append(names.empty() ? "" : ", ").append(name(m));
    std::printf("%-14s front of accuracy and %s: ", named.name.c_str(), names.c_str());
    std::fflush(stdout);
    const std::clock_t start = std::clock();
    const ParetoFront front = pareto_front(evaluator, metrics);
    const double processor = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    std::printf("%zu points %.3f s (%.3f s of processor) %llu boxes\n", front.points.size(), front.seconds,
                processor, static_cast<unsigned long long>(front.boxes));
  }
}

int run(int argc, char** argv) {
  std::vector<Named> all{{"host", host(false)}, {"host, energy", host(true)}, {"imc", imc()}};
  const bool sets = argc > 1 && std::string(argv[1]) == "--sets";
  for (int i = sets ? 2 : 1; i < argc; ++i) all.push_back({argv[i], read_models(argv[i])});
  for (const Named& named : all) exact(named);
  if (sets) return 0;
  for (const Named& named : all) fronts(named);
  for (const Named& named : all) tight(named);
  return 0;
}

}  // namespace
}  // namespace flash

int main(int argc, char** argv) { return flash::run(argc, argv); }
