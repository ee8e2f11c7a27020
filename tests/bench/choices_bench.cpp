// The exact search of spaces of choices: 200 random cases of each space, under one to three ceilings.
//   bench_choices PRESET...          accuracies that rise with the MACs of each position, latency and energy alike
//   bench_choices --ratio PRESET...  20 cases each of accuracy / (latency * energy)
//   bench_choices --sum PRESET...    200 cases each of accuracy less shares of latency and energy
//   bench_choices --search PRESET... hierarchical SHGO: its gap to the proven optimum, as a share of that's distance from
//                                    the median random feasible network
//   bench_choices --fronts PRESET    the front of accuracy and latency, without ceilings
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
#include "flash/search/methods/search_method.hpp"
#include "flash/search/pareto.hpp"
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

void time_presets(const std::vector<std::string>& names, Asked asked) {
  const std::uint64_t cases = asked == Asked::ratio ? 20 : 200;
  std::printf("%-18s %9s %10s %10s %10s %12s %14s\n", "space", "ceilings", "median ms", "90 % ms", "worst ms",
              "most boxes", "cut / optimum");
  for (const std::string& name : names)
    for (int ceilings = asked == Asked::accuracy ? 1 : 0; ceilings <= 3; ++ceilings) {
      std::vector<double> seconds;
      std::uint64_t most_boxes = 0;
      double largest_cut = 0;
      for (std::uint64_t seed = 0; seed < cases; ++seed) {
        const Evaluator evaluator = random_choice_case(name, seed, ceilings, asked);
        const Timed t = timed(evaluator);
        if (!t.result.found || !t.result.complete) std::printf("%s %d: no answer\n", name.c_str(), ceilings);
        seconds.push_back(t.seconds);
        most_boxes = std::max(most_boxes, t.result.boxes);
        largest_cut = std::max(largest_cut, t.result.largest_cut_bound / t.result.best.objective);
      }
      std::ranges::sort(seconds);
      std::printf("%-18s %9d %10.2f %10.2f %10.2f %12llu %14.12f\n", name.c_str(), ceilings,
                  seconds[cases / 2] * 1e3, seconds[cases * 9 / 10] * 1e3, seconds.back() * 1e3,
                  static_cast<unsigned long long>(most_boxes), largest_cut);
      std::fflush(stdout);
    }
}

// Objectives of random feasible networks, at least one.
double median_feasible(const Evaluator& evaluator, std::uint64_t seed) {
  Philox random(seed, 9);
  std::vector<double> objectives;
  for (int draws = 0; draws < 200 || objectives.size() < 10; ++draws) {
    if (draws > 20'000 && !objectives.empty()) break;
    if (draws > 1'000'000) break;
    for (const NetworkId id : random_ids(evaluator.space(), 10, random))
      if (const Evaluation e = evaluator.at(id); e.feasible()) objectives.push_back(e.objective);
  }
  if (objectives.empty()) return 0;
  std::ranges::sort(objectives);
  return objectives[objectives.size() / 2];
}

int hierarchical(const std::vector<std::string>& names) {
  std::printf("%-22s %10s %10s %10s %10s %10s %12s\n", "space", "median gap", "90 %", "worst", "over 5 %",
              "median ms", "evaluations");
  for (const std::string& name : names) {
    std::vector<double> gaps, seconds, evaluations;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const Evaluator evaluator = random_choice_case(name, 1000 + seed, 1 + static_cast<int>(seed % 3));
      const ExactResult truth = solve_exact(evaluator);
      const std::clock_t start = std::clock();
      const SearchResult found = search(evaluator, "shgo-hierarchical", 0, {});
      seconds.push_back(1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
      const double middle = median_feasible(evaluator, seed);
      const double gap =
          found.found ? (truth.best.objective - found.best.objective) / (truth.best.objective - middle) : 1;
      gaps.push_back(truth.best.objective == found.best.objective ? 0 : gap);
      evaluations.push_back(static_cast<double>(found.evaluations));
    }
    for (auto* list : {&gaps, &seconds, &evaluations}) std::ranges::sort(*list);
    std::printf("%-22s %9.3f%% %9.3f%% %9.3f%% %10zu %10.2f %12.0f\n", name.c_str(), 100 * gaps[100],
                100 * gaps[180], 100 * gaps.back(),
                static_cast<std::size_t>(std::ranges::count_if(gaps, [](double g) { return g > 0.05; })),
                seconds[100], evaluations[100]);
    std::fflush(stdout);
  }
  return 0;
}

int fronts(const std::string& name) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const ParetoFront front = pareto_front(random_choice_case(name, seed, 0), {Metric::latency});
    std::printf("%-18s %9zu points %8.3f s %12llu parts\n", name.c_str(), front.points.size(), front.seconds,
                static_cast<unsigned long long>(front.boxes));
    std::fflush(stdout);
  }
  return 0;
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
  if (!arguments.empty() && (arguments[0] == "--ratio" || arguments[0] == "--sum")) {
    const auto asked = arguments[0] == "--sum" ? flash::Asked::sum : flash::Asked::ratio;
    flash::time_presets({arguments.begin() + 1, arguments.end()}, asked);
    return 0;
  }
  if (!arguments.empty() && arguments[0] == "--search")
    return flash::hierarchical({arguments.begin() + 1, arguments.end()});
  if (arguments.size() == 2 && arguments[0] == "--fronts") return flash::fronts(arguments[1]);
  flash::time_presets(arguments.empty() ? std::vector<std::string>{"nasbench201", "fbnet", "proxylessnas",
                                                                   "ofa-mobilenet-v2", "mobilenet-v3"}
                                        : arguments,
                      flash::Asked::accuracy);
}
