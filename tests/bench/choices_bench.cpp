// The exact search of spaces of choices: 200 random cases of each space, under one to three ceilings.
//   bench_choices PRESET...          accuracies that rise with the MACs of each position, latency and energy alike
//   bench_choices --tables FILE      what choices_milp.py wrote: each option's accuracy and costs as numbers
// For --tables a line a case: the ceilings, the optimum's score, seconds, boxes.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/search/exact.hpp"
#include "flash/space/families/families.hpp"
#include "random_choices.hpp"
#include "tabled_choices.hpp"

namespace flash {
namespace {

struct Timed {
  ExactResult result;
  double seconds = 0;
};

// On one core, by the processor's time.
Timed timed(const Evaluator& evaluator) {
  const std::clock_t start = std::clock();
  Timed timed{solve_exact(evaluator), 0};
  timed.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return timed;
}

void time_presets(const std::vector<std::string>& names) {
  std::printf("%-18s %9s %10s %10s %10s %12s %14s\n", "space", "ceilings", "median ms", "90 % ms", "worst ms",
              "most boxes", "cut / optimum");
  for (const std::string& name : names)
    for (int ceilings = 1; ceilings <= 3; ++ceilings) {
      std::vector<double> seconds;
      std::uint64_t most_boxes = 0;
      double largest_cut = 0;
      for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const Evaluator evaluator = random_choice_case(name, seed, ceilings);
        const Timed t = timed(evaluator);
        if (!t.result.found || !t.result.complete) std::printf("%s %d: no answer\n", name.c_str(), ceilings);
        seconds.push_back(t.seconds);
        most_boxes = std::max(most_boxes, t.result.boxes);
        largest_cut = std::max(largest_cut, t.result.largest_cut_bound / t.result.best.objective);
      }
      std::ranges::sort(seconds);
      std::printf("%-18s %9d %10.2f %10.2f %10.2f %12llu %14.12f\n", name.c_str(), ceilings,
                  seconds[100] * 1e3, seconds[180] * 1e3, seconds.back() * 1e3,
                  static_cast<unsigned long long>(most_boxes), largest_cut);
      std::fflush(stdout);
    }
}

int tables(const char* path) {
  std::ifstream in(path);
  for (TabledChoices::Case each; TabledChoices::read(in, each);) {
    const Evaluator evaluator = TabledChoices::evaluator(each);
    const Timed t = timed(evaluator);
    std::printf("%zu %.15g %.6f %llu\n", each.ceilings.size(), t.result.best.nn_degree, t.seconds,
                static_cast<unsigned long long>(t.result.boxes));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace flash

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--tables") return flash::tables(argv[2]);
  flash::time_presets(arguments.empty() ? std::vector<std::string>{"nasbench201", "fbnet", "proxylessnas",
                                                                   "ofa-mobilenet-v2", "mobilenet-v3"}
                                        : arguments);
}
