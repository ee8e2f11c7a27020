// The imc simulator on networks of flash-63b, drawn as jobs draw their candidates.
#include <benchmark/benchmark.h>

#include "../unit/imc/networks.hpp"

namespace flash {
namespace {

void simulate_networks(benchmark::State& state) {
  const Space space = test::preset_space("flash-63b");
  const std::vector<Point> networks = test::draw_networks(space, 1000, 7);
  const ImcDesign design;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulate(design, space, networks[seed % networks.size()], seed));
    ++seed;
  }
  state.counters["networks/s"] =
      benchmark::Counter(static_cast<double>(seed), benchmark::Counter::kIsRate);  // of processor time
}
BENCHMARK(simulate_networks)->Unit(benchmark::kMicrosecond)->MinTime(2);

}  // namespace
}  // namespace flash
