// Our SHGO beside SciPy's on the known problems, with the same sampling, in the same minutes; times are
// processor time, which other programs on the machine disturb least.
//   bench_shgo [--alone]: ours without SciPy
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "../unit/search/shgo/scipy.hpp"

namespace {

using namespace flash;
using namespace flash::test;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double median_seconds(const Comparison& comparison, int repeats) {
  std::vector<double> seconds;
  for (int k = 0; k < repeats; ++k) {
    const std::clock_t start = std::clock();
    solve(comparison.known.problem, comparison.options);
    seconds.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return median(std::move(seconds));
}

int alone(const std::vector<Comparison>& all, int repeats) {
  double sum = 0;
  for (const Comparison& comparison : all) sum += median_seconds(comparison, repeats);
  std::printf("%zu runs: %.3f ms\n", all.size(), 1e3 * sum);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int repeats = 101, scipy_repeats = 3;
  if (argc > 1 && std::strcmp(argv[1], "--alone") == 0) return alone(comparisons(), repeats);
  std::vector<double> speed_ups, evaluation_ratios, differences;
  std::printf("%-38s %17s %17s %6s %7s %10s %10s %8s\n", "problem/sampling", "minimum, ours", "SciPy's",
              "evals", "SciPy's", "ms", "SciPy's", "speed-up");
  const std::vector<Comparison> all = comparisons();
  const Json answers = ask_scipy(all, scipy_repeats);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Comparison& comparison = all[i];
    const Json& theirs = answers[i];
    const shgo::Result ours = solve(comparison.known.problem, comparison.options);
    const double seconds = median_seconds(comparison, repeats);
    const auto evaluations = theirs.at("evaluations").get<std::uint64_t>();
    const double value = theirs.at("minima").front(), scipy_seconds = theirs.at("seconds");
    speed_ups.push_back(scipy_seconds / seconds);
    evaluation_ratios.push_back(static_cast<double>(ours.evaluations) / static_cast<double>(evaluations));
    differences.push_back(std::abs(ours.value - value));
    std::printf("%-38s %17.10g %17.10g %6zu %7zu %10.3f %10.1f %8.0f\n", comparison.name.c_str(), ours.value,
                value, static_cast<std::size_t>(ours.evaluations), static_cast<std::size_t>(evaluations),
                1e3 * seconds, 1e3 * scipy_seconds, speed_ups.back());
  }
  std::printf(
      "%zu comparisons: minima differ by %.1e at most; evaluations %.2f times SciPy's at most, %.2f in "
      "the median; speed-up %.0f at least, %.0f in the median\n",
      speed_ups.size(), std::ranges::max(differences), std::ranges::max(evaluation_ratios),
      median(evaluation_ratios), std::ranges::min(speed_ups), median(speed_ups));
}
