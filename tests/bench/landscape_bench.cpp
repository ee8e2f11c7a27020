// Histograms of every quantity over flash-63b, with the models of a target that has all metrics and with
// those of one that has latency alone: seconds on 1 and 2 threads.
#include <benchmark/benchmark.h>

#include "flash/search/histogram.hpp"
#include "usual_models.hpp"

namespace flash {
namespace {

Evaluator evaluator(bool all_metrics_known) {
  Models models = usual_models();
  models.target = all_metrics_known ? "all" : "latency";
  if (!all_metrics_known) models.metrics[Metric::energy].reset(), models.metrics[Metric::area].reset();
  Space space(models.space);
  return Evaluator(std::move(space), std::move(models), Objective{}, {});
}

void histogram(benchmark::State& state, const Evaluator& judge, Quantity quantity) {
  const auto threads = static_cast<unsigned>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(count_histogram(judge, quantity, threads));
  state.counters["configurations/s"] = benchmark::Counter(static_cast<double>(judge.space().size()),
                                                          benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace
}  // namespace flash

int main(int argc, char** argv) {
  const flash::Evaluator evaluators[] = {flash::evaluator(false), flash::evaluator(true)};
  for (const flash::Evaluator& judge : evaluators) {
    for (const flash::Quantity quantity : flash::quantities(judge))
      benchmark::RegisterBenchmark(
          (judge.models().target + "/" + std::string(flash::name(quantity))).c_str(),
          [&judge, quantity](benchmark::State& state) { flash::histogram(state, judge, quantity); })
          ->Arg(1)
          ->Arg(2)
          ->ArgName("threads")
          ->Iterations(1)
          ->MeasureProcessCPUTime()
          ->UseRealTime()
          ->Unit(benchmark::kSecond);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
