// Regularised evolution: E. Real, A. Aggarwal, Y. Huang, Q. V. Le, "Regularized evolution for image
// classifier architecture search", AAAI 2019: population 100, tournaments of 25, the oldest dies. A mutation
// changes one variable and with chance 1/2 another, and so on (with one alone it sticks to the edge of the
// feasible region), and again where the child is known already.
#include <algorithm>
#include <deque>

#include "coordinates.hpp"
#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

void evolution(Tracker& tracker, std::uint64_t seed) {
  constexpr std::size_t population_size = 100;
  constexpr std::size_t tournament_size = 25;
  constexpr double reach = 0.3;  // of a mutation, as part of a cell's range of skips
  struct Individual {
    Network network;
    double score;
  };
  const Coordinates coordinates(tracker.evaluator().space());
  Philox random(seed);
  Patience patience(tracker);
  std::deque<Individual> population;  // oldest first
  const auto add = [&](Network network) {
    const double worth =
        score(tracker.evaluator(), tracker.evaluate(coordinates.stratum(network.shape), network.options));
    population.push_back({std::move(network), worth});
  };
  const auto is_known = [&](const Network& network) {
    return tracker.knows(coordinates.space().id(coordinates.stratum(network.shape), network.options));
  };

  while (population.size() < population_size && !tracker.exhausted()) add(coordinates.random(random));
  while (!tracker.exhausted() && !patience.lost()) {
    const Individual* parent = &population[random.below(population.size())];
    for (std::size_t k = 1; k < tournament_size; ++k) {
      const Individual& rival = population[random.below(population.size())];
      if (rival.score > parent->score) parent = &rival;
    }
    // A child that is known already is mutated once more: an evaluation is the scarce good.
    Network child = coordinates.mutate(parent->network, reach, random);
    while (random.below(2) == 0) child = coordinates.mutate(child, reach, random);
    for (int k = 0; k < 20 && is_known(child); ++k) child = coordinates.mutate(child, reach, random);
    add(std::move(child));
    population.pop_front();
  }
}

}  // namespace

const SearchMethod& evolution_method() {
  static const SearchMethod method{
      .name = "evolution", .description = "regularised evolution (Real et al. 2019)", .run = evolution};
  return method;
}

}  // namespace flash
