// The sweep of flash-63b: every kernel on one core, threads, a plain loop and NumPy doing the same arithmetic; then that
// of a space of choices.
//   bench_sweep [MODELS.json] [seconds for each figure, default 2] [the one kernel to measure]
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>

#include "choice_models.hpp"
#include "constraint_cases.hpp"
#include "flash/core/clock.hpp"
#include "flash/search/exhaustive.hpp"
#include "plain_loop.hpp"
#include "usual_models.hpp"

namespace {

using namespace flash;

// Configurations per second, of wall clock or, on one thread, of processor time, which other load does not
// touch.
double rate(const Evaluator& evaluator, const SweepOptions& options, double seconds) {
  const auto processor_time = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  std::uint64_t count = 50'000'000;
  for (;;) {
    const double begin = processor_time();
    const Stopwatch watch;
    sweep_block(evaluator, {evaluator.space().size() / 2, count}, options);
    const double taken = options.threads == 1 ? processor_time() - begin : watch.seconds();
    if (taken > seconds / 2 || count > evaluator.space().size() / 4)
      return static_cast<double>(count) / taken;
    count = static_cast<std::uint64_t>(static_cast<double>(count) * std::min(8.0, seconds / taken));
  }
}

// Configurations per second of processor time of the plain loop over a stratum in the middle of the space; 0 where the
// sweep does not agree with it about these configurations.
double plain_rate(const Evaluator& evaluator, double seconds) {
  const Stratum& stratum = evaluator.space().stratum_of(evaluator.space().size() / 2);
  PlainResult found;
  double taken = 0;
  for (std::uint64_t count = 1'000'000; taken < seconds / 2 && count < stratum.size; count *= 4) {
    const std::clock_t begin = std::clock();
    found = plain_loop(evaluator, stratum, count);
    taken = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  }
  const BlockResult swept = sweep_block(evaluator, {small_id(stratum.first_id), found.count}, {1});
  const bool agree = swept.feasible == found.feasible && swept.top.empty() == (found.best == 0) &&
                     (swept.top.empty() || swept.top.front().id == found.best_id);
  return agree ? static_cast<double>(found.count) / taken : 0;
}

// Configurations per second of tests/bench/sweep_numpy.py; 0 where it does not run.
double numpy_rate() {
  std::FILE* pipe = ::popen("/usr/bin/python3 " FLASH_SOURCE_DIR "/tests/bench/sweep_numpy.py", "r");
  double rate = 0;
  if (!pipe || std::fscanf(pipe, "{\"float64\": %lf", &rate) != 1) rate = 0;
  if (pipe) ::pclose(pipe);
  return rate;
}

// ProxylessNAS cut to three stages of four positions: 8.7e9 networks.
SpaceDefinition few_choices() {
  SpaceDefinition definition = find_preset("proxylessnas")->definition;
  definition.settings["stages"] = {
      "32 x1 s2 = convolution k3", "16 x1 = inverted k3 e1",  "24 x4 s2", "40 x4 s2", "80 x4 s2",
      "320 x1 = inverted k3 e6",   "1280 x1 = convolution k1"};
  return definition;
}

// No ceiling; latency's; also parameters' and energy's: each at the median of evenly spread networks.
std::vector<Constraints> ceilings_of_choices(const Models& models) {
  constexpr std::uint64_t looks = 1001;
  const std::vector<Metric> bounded{Metric::latency, Metric::parameters, Metric::energy};
  const Evaluator free(Space(models.space), models, {}, {}, bounded);
  std::vector<Constraints> cases(3);
  cases[0].name = "no ceiling";
  cases[1].name = "one";
  cases[2].name = "three";
  for (std::size_t k = 0; k < bounded.size(); ++k) {
    std::vector<double> values;
    for (std::uint64_t i = 0; i < looks; ++i)
      values.push_back(free.at(free.space().size() / looks * i).metrics[bounded[k]]);
    std::ranges::nth_element(values, values.begin() + looks / 2);
    cases[2].metric_max[bounded[k]] = values[looks / 2];
  }
  cases[1].metric_max[Metric::latency] = cases[2].metric_max[Metric::latency];
  return cases;
}

// On one core, each beside the other space's sweep.
void sweep_choices(const Evaluator& other, const SweepOptions& options, double seconds) {
  const Models models = choice_models(few_choices());
  Objective accuracy;
  for (double& exponent : accuracy.metric) exponent = 0;
  for (const auto& [objective, name] :
       {std::pair{Objective{}, "accuracy / (latency * energy)"}, std::pair{accuracy, "accuracy"}})
    for (const Constraints& each : ceilings_of_choices(models)) {
      const double beside = rate(other, options, seconds);
      const double found = rate(Evaluator(Space(models.space), models, objective, each), options, seconds);
      std::printf("choices, %s, %s: %.3fe9 configurations/s, %.2f of the %.3fe9 without choices\n", name,
                  each.name.c_str(), found / 1e9, found / beside, beside / 1e9);
    }
}

}  // namespace

int main(int argc, char** argv) {
  const Models models = argc > 1 && *argv[1] ? read_models(argv[1]) : usual_models();
  const double seconds = argc > 2 ? std::atof(argv[2]) : 2;
  const unsigned cores = std::thread::hardware_concurrency();
  const std::vector<std::string> kernels =
      argc > 3 ? std::vector<std::string>{argv[3]} : sweep_kernel_names();
  bool agree = true;
  std::printf("%-10s %-10s %8s %22s\n", "bounds", "kernel", "threads", "1e9 configurations/s");
  double slowest = std::numeric_limits<double>::infinity();  // of the fastest kernel on one thread
  for (const Constraints& each : constraint_cases(models)) {
    const Evaluator evaluator(Space(models.space), models, {}, each);
    for (const std::string& kernel : kernels)
      for (unsigned threads = 1; threads <= cores; threads *= 2) {
        const double found = rate(evaluator, {100, threads, kernel}, seconds);
        std::printf("%-10s %-10s %8u %22.3f\n", each.name.c_str(), kernel.c_str(), threads, found / 1e9);
        if (threads == 1 && kernel == kernels.back()) slowest = std::min(slowest, found);
      }
    if (evaluator.space().cells() == 3 && models.metrics[Metric::latency] && models.metrics[Metric::energy] &&
        models.metrics[Metric::area]) {
      const double plain = plain_rate(evaluator, seconds);
      std::printf("%-10s %-10s %8d %22.3f\n", each.name.c_str(), "loop", 1, plain / 1e9);
      agree &= plain > 0;
    }
  }
  sweep_choices(Evaluator(Space(models.space), models, {}, {}), {100, 1, kernels.back()}, seconds);
  if (const double numpy = numpy_rate(); numpy > 0)
    std::printf(
        "NumPy on one core: %.1f million configurations/s; the sweep on one core: %.1f times that at least\n",
        numpy / 1e6, slowest / numpy);
  if (!agree) std::printf("the sweep and the plain loop do not agree\n");
  return agree ? 0 : 1;
}
