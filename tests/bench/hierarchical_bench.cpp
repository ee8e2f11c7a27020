// Hierarchical SHGO on the presets: time, evaluations and distance from the proven optimum, for models of
// many kinds and constraint sets whose feasible regions reach from all of the space to a few configurations.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "constraint_cases.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/methods/search_method.hpp"
#include "random_cases.hpp"

namespace {

using namespace flash;

constexpr double missed = 0.01;  // a larger gap to the optimum

struct Tally {
  std::vector<double> gaps, milliseconds, evaluations;
  void print(const std::string& name) {
    const auto at = [](std::vector<double>& values, double quantile) {
      std::ranges::sort(values);
      return values[static_cast<std::size_t>(quantile * static_cast<double>(values.size() - 1))];
    };
    std::printf(
        "%-22s %6zu  %7.3f %7.3f %7.3f  %6.0f %6.0f  %8.5f %8.5f %8.5f  %5zu\n", name.c_str(), gaps.size(),
        at(milliseconds, 0.5), at(milliseconds, 0.9), at(milliseconds, 1), at(evaluations, 0.5),
        at(evaluations, 1), 100 * at(gaps, 0.9), 100 * at(gaps, 0.99), 100 * at(gaps, 1),
        static_cast<std::size_t>(std::ranges::count_if(gaps, [](double gap) { return gap > missed; })));
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

void random_cases(const std::string& preset, std::uint64_t cases, std::uint64_t seed) {
  const RandomCases random(preset);
  Tally tally;
  for (std::uint64_t k = 0; k < cases; ++k) {
    const Evaluator evaluator = random.draw(seed, k);
    const ExactResult truth = solve_exact(evaluator);
    const SearchResult result = search(evaluator, "shgo-hierarchical", 0, {});
    tally.gaps.push_back(gap(result, truth));
    tally.evaluations.push_back(static_cast<double>(result.evaluations));
    tally.milliseconds.push_back(milliseconds(evaluator, 3));
    if (tally.gaps.back() > missed)
      std::printf("  case %llu: gap %.3f %%\n", static_cast<unsigned long long>(k), 100 * tally.gaps.back());
  }
  tally.print(preset);
}

}  // namespace

// bench_hierarchical [CASES [SEED [PRESET]]]: the fitted models of data/models first, then random cases of
// each preset, or of one; what misses the optimum by over 1 % is named.
int main(int argc, char** argv) {
  std::printf("%-20s %-9s %8s\n", "models", "bounds", "exponent");
  for (const auto& entry : std::filesystem::directory_iterator(FLASH_SOURCE_DIR "/data/models"))
    if (entry.path().extension() == ".json") fitted_models(entry.path());
  const std::uint64_t cases = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  std::printf("%-22s %6s  %7s %7s %7s  %6s %6s  %8s %8s %8s  %5s\n", "preset", "cases", "ms 50%", "ms 90%",
              "ms max", "ev 50%", "ev max", "gap% 90", "gap% 99", "gap% max", ">1%");
  for (const std::string preset :
       {"flash-63b", "cifar-small", "shapes-mini", "mnist-mlp", "resnet-cifar", "resnet-imagenet",
        "wide-resnet-cifar", "mobilenet-v2-cifar", "mobilenet-v2-imagenet"})
    if (argc < 4 || preset == argv[3]) random_cases(preset, cases, seed);
}
