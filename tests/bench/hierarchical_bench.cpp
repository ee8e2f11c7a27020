// Hierarchical SHGO on the presets: time, evaluations and distance from the proven optimum, for models of
// many kinds and constraint sets whose feasible regions reach from all of the space to a few configurations.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "constraint_cases.hpp"
#include "flash/core/random.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/search.hpp"
#include "flash/space/presets.hpp"

namespace {

using namespace flash;

double between(Philox& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

// Metrics of random features whose shares vary over orders of magnitude; a random accuracy curve.
Models random_models(Philox& random, const SpaceDefinition& definition) {
  const char* features[] = {"macs", "parameters", "traffic", "layers"};
  const double scale[] = {1e-8, 1e-5, 1e-6, 1e-1};  // each about 1 for a network of middling size
  Models models;
  models.space = definition;
  models.target = "random";
  models.accuracy = AccuracyModel{1.05, between(random, 1, 1000), -3 * random.uniform()};
  for (std::size_t m = 0; m < 3; ++m) {
    if (m > 0 && random.below(2) == 0) continue;
    models.metrics[m] = MetricModel{between(random, 1e-3, 10), {}};
    for (std::size_t f = 0; f < 4; ++f)
      if (random.below(2))
        models.metrics[m]->terms.push_back({features[f], scale[f] * between(random, 1e-2, 10)});
  }
  return models;
}

// Bounds that a random configuration just keeps, or keeps with a little room.
Constraints random_constraints(Philox& random, const Evaluator& free) {
  Constraints constraints;
  const Evaluation sample = free.at(random.below(free.space().size()));
  if (random.below(3)) constraints.accuracy_min = sample.accuracy;
  for (const Metric m : all_metrics)
    if (free.has(m) && random.below(2))
      constraints.metric_max[static_cast<std::size_t>(m)] = sample.metrics[m] * (random.below(2) ? 1 : 1.2);
  return constraints;
}

struct Tally {
  std::vector<double> gaps, seconds, evaluations;
  void print(const char* name) {
    const auto at = [](std::vector<double>& values, double quantile) {
      std::ranges::sort(values);
      return values[static_cast<std::size_t>(quantile * static_cast<double>(values.size() - 1))];
    };
    std::printf("%-22s %6zu  %7.3f %7.3f %7.3f  %6.0f %6.0f  %8.5f %8.5f %8.5f  %5zu\n", name, gaps.size(),
                1e3 * at(seconds, 0.5), 1e3 * at(seconds, 0.9), 1e3 * at(seconds, 1), at(evaluations, 0.5),
                at(evaluations, 1), 100 * at(gaps, 0.9), 100 * at(gaps, 0.99), 100 * at(gaps, 1),
                static_cast<std::size_t>(std::ranges::count_if(gaps, [](double gap) { return gap > 0.01; })));
  }
};

double gap(const SearchResult& result, const ExactResult& truth) {
  if (!truth.found) return result.best.violation / truth.best.violation - 1;
  return result.found ? 1 - result.best.objective / truth.best.objective : 1;
}

// Median of `runs` searches, in milliseconds of processor time.
double milliseconds(const Evaluator& evaluator, int runs) {
  std::vector<double> times;
  for (int r = 0; r < runs; ++r) {
    const std::clock_t begin = std::clock();
    search(evaluator, "shgo-hierarchical", 0, {});
    times.push_back(1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  std::ranges::nth_element(times, times.begin() + runs / 2);
  return times[static_cast<std::size_t>(runs / 2)];
}

// Each set, with accuracy weighed as the metrics are and with accuracy as what matters most.
void fitted_models(const std::filesystem::path& file) {
  const Models models = read_models(file);
  if (!models.accuracy) return;
  for (const double exponent : {1.0, 20.0})
    for (const Constraints& constraints : constraint_cases(models)) {
      Objective objective;
      objective.accuracy = exponent;
      const Evaluator evaluator(Space(models.space), models, objective, constraints);
      const ExactResult truth = solve_exact(evaluator);
      const SearchResult result = search(evaluator, "shgo-hierarchical", 0, {});
      std::printf("%-20s %-9s %8g  %7.3f ms %7llu evaluations  gap %6.3f %%   exact %7.3f ms %7llu boxes\n",
                  file.stem().c_str(), constraints.name.c_str(), exponent, milliseconds(evaluator, 21),
                  static_cast<unsigned long long>(result.evaluations), 100 * gap(result, truth),
                  1e3 * truth.seconds, static_cast<unsigned long long>(truth.boxes));
    }
}

}  // namespace

// bench_hierarchical [CASES [SEED]]: the fitted models of data/models first, then random ones
int main(int argc, char** argv) {
  std::printf("%-20s %-9s %8s\n", "models", "bounds", "exponent");
  for (const auto& entry : std::filesystem::directory_iterator(FLASH_SOURCE_DIR "/data/models"))
    if (entry.path().extension() == ".json") fitted_models(entry.path());
  const int cases = argc > 1 ? std::atoi(argv[1]) : 200;
  const auto first_seed = static_cast<std::uint64_t>(argc > 2 ? std::atoi(argv[2]) : 0);
  std::printf("%-22s %6s  %7s %7s %7s  %6s %6s  %8s %8s %8s  %5s\n", "preset", "cases", "ms 50%", "ms 90%",
              "ms max", "ev 50%", "ev max", "gap% 90", "gap% 99", "gap% max", ">1%");
  for (const char* preset : {"flash-63b", "cifar-small", "shapes-mini", "mnist-mlp"}) {
    const SpaceDefinition& definition = find_preset(preset)->definition;
    Tally tally;
    for (int k = 0; k < cases; ++k) {
      Philox random(first_seed + static_cast<std::uint64_t>(k), 7);
      const Models models = random_models(random, definition);
      const Evaluator free(Space(definition), models, {}, {});
      const Evaluator evaluator(Space(definition), models, {}, random_constraints(random, free));
      const ExactResult truth = solve_exact(evaluator);
      const SearchResult result = search(evaluator, "shgo-hierarchical", 0, {});
      tally.gaps.push_back(gap(result, truth));
      tally.evaluations.push_back(static_cast<double>(result.evaluations));
      std::vector<double> seconds;
      for (int r = 0; r < 3; ++r) seconds.push_back(search(evaluator, "shgo-hierarchical", 0, {}).seconds);
      std::ranges::sort(seconds);
      tally.seconds.push_back(seconds[1]);
    }
    tally.print(preset);
  }
}
