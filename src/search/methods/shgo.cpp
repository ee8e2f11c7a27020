// One-level SHGO: width multiplier, depth (one, or one a cell) and each cell's relative skip density, all at
// once, as integers, from a Sobol sample of 500. Needs no seed.
#include <algorithm>

#include "flash/search/methods/search_method.hpp"
#include "tracked_problem.hpp"

namespace flash {
namespace {

void search_by_shgo(Tracker& tracker, std::uint64_t) {
  constexpr int points = 500;
  constexpr int max_minimisers = 30;
  const Space& space = tracker.evaluator().space();
  const Coordinates coordinates(space);
  const std::size_t shape_size = coordinates.choices().size();

  std::vector<double> last;
  for (const std::size_t count : coordinates.choices()) last.push_back(static_cast<double>(count - 1));
  // A density lattice as fine as the largest stratum's options, so that each of those can be reached; options
  // without an order stand in that of their list.
  last.resize(shape_size + space.cells());
  for (const Stratum& stratum : space.strata()) {
    const auto places = coordinates.places(stratum);
    for (std::size_t c = 0; c < stratum.cells(); ++c) {
      double& range = last[shape_size + places[c]];
      range = std::max(range, static_cast<double>(stratum.options[c] - 1));
    }
  }
  const auto place = [&](std::span<const double> x) {
    Shape shape;
    for (std::size_t v = 0; v < shape_size; ++v) shape.push_back(static_cast<std::size_t>(x[v]));
    const Stratum& stratum = coordinates.stratum(shape);
    StratumPoint at{&stratum, Options(stratum.cells())};
    const auto places = coordinates.places(stratum);
    for (std::size_t c = 0; c < stratum.cells(); ++c) {
      const double range = last[shape_size + places[c]], at_place = x[shape_size + places[c]];
      at.options[c] = stratum.slots[c].ordered
                          ? Coordinates::option(stratum, c, range == 0 ? 0 : at_place / range)
                          : std::min(static_cast<std::int64_t>(at_place), stratum.options[c] - 1);
    }
    return at;
  };
  shgo::Options options = tracked_options(tracker, points, max_minimisers);
  // Spread over all variables at once, which a simplicial sample of a few hundred points is not.
  if (last.size() <= shgo::sobol_dimensions) options.sampling = shgo::Sampling::sobol;
  options.local_evaluations = 2000;
  shgo::minimise(tracked_problem(tracker, last, place), options);
}

}  // namespace

const SearchMethod& shgo_method() {
  static const SearchMethod method{.name = "shgo",
                                   .description = "one-level SHGO over all variables (Endres et al. 2018)",
                                   .uses_seed = false,
                                   .run = search_by_shgo};
  return method;
}

}  // namespace flash
