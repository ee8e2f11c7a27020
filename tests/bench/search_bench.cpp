// The search core on flash-63b with models of the usual shape: the sweep's rate, one evaluation, the
// searches.
#include <benchmark/benchmark.h>

#include "flash/search/exact.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/search.hpp"
#include "flash/space/presets.hpp"

namespace flash {
namespace {

// Accuracy from 60 to 95 %, latency from 2 to 300 ms: the orders of magnitude of networks of this space on a
// server's core.
Models usual_models() {
  Models models;
  models.space = find_preset("flash-63b")->definition;
  models.accuracy = AccuracyModel{1.03, 150, -2};
  models.target = "host";
  models.metrics[0] = MetricModel{0.2, {{"layers", 0.02}, {"macs", 1.5e-8}, {"traffic", 2e-6}}};
  return models;
}

const Evaluator& evaluator(bool floor) {
  const auto make = [](double accuracy_min) {
    Models models = usual_models();
    Space space(models.space);
    Constraints constraints;
    constraints.accuracy_min = accuracy_min;
    return Evaluator(std::move(space), std::move(models), Objective{}, constraints);
  };
  static const Evaluator free = make(0), floored = make(0.9);
  return floor ? floored : free;
}

void sweep(benchmark::State& state) {
  const Evaluator& judge = evaluator(state.range(0) != 0);
  constexpr std::uint64_t count = 50'000'000;
  const IdRange block{judge.space().size() / 2, count};
  for (auto _ : state) benchmark::DoNotOptimize(sweep_block(judge, block, {}));
  state.counters["configurations/s"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(sweep)->Arg(0)->Arg(1)->ArgName("floor")->Unit(benchmark::kMillisecond);

void evaluate(benchmark::State& state) {
  const Evaluator& judge = evaluator(true);
  std::uint64_t id = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(judge.at(id));
    id = (id * 6364136223846793005ULL + 1442695040888963407ULL) % judge.space().size();
  }
}
BENCHMARK(evaluate);

void method(benchmark::State& state, const char* name) {
  const Evaluator& judge = evaluator(true);
  SearchBudget budget;
  SearchResult result;
  for (auto _ : state) result = search(judge, name, 1, budget);
  state.counters["evaluations"] = static_cast<double>(result.evaluations);
  state.counters["gap"] = 1 - result.best.objective / solve_exact(judge).best.objective;
}
BENCHMARK_CAPTURE(method, shgo_hierarchical, "shgo-hierarchical")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(method, shgo, "shgo")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(method, exact, "exact")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace flash
