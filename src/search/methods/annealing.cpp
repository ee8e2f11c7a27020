// Simulated annealing: S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, "Optimization by simulated annealing",
// Science 220, 1983. Metropolis on -score; geometric cooling from 1 to 1e-3 over the budget; a move changes
// one variable by a stride that shrinks with the temperature.
#include <algorithm>
#include <cmath>

#include "coordinates.hpp"
#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

void annealing(Tracker& tracker, std::uint64_t seed) {
  constexpr double hottest = 1;
  constexpr double coldest = 1e-3;
  if (tracker.exhausted()) return;
  const Space& space = tracker.evaluator().space();
  const Coordinates coordinates(space);
  Philox random(seed);
  Patience patience(tracker);
  const auto total = static_cast<double>(std::min<NetworkId>(tracker.budget().evaluations, space.count()));

  Network here = coordinates.random(random);
  double here_score =
      score(tracker.evaluator(), tracker.evaluate(coordinates.stratum(here.shape), here.options));
  while (!tracker.exhausted() && !patience.lost()) {
    const double progress = static_cast<double>(tracker.evaluations()) / total;
    const double temperature = hottest * std::pow(coldest / hottest, progress);
    Network next = coordinates.mutate(here, 0.3 * std::sqrt(temperature), random);
    const double next_score =
        score(tracker.evaluator(), tracker.evaluate(coordinates.stratum(next.shape), next.options));
    if (next_score >= here_score || random.uniform() < std::exp((next_score - here_score) / temperature)) {
      here = std::move(next);
      here_score = next_score;
    }
  }
}

}  // namespace

const SearchMethod& annealing_method() {
  static const SearchMethod method{
      .name = "annealing", .description = "simulated annealing (Kirkpatrick et al. 1983)", .run = annealing};
  return method;
}

}  // namespace flash
