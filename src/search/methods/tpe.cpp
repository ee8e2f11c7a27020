// A tree-structured Parzen estimator: J. Bergstra, R. Bardenet, Y. Bengio, B. Kegl, "Algorithms for
// hyper-parameter optimization", NIPS 2011, with the usual settings of Optuna 3.1: 10 random networks first; of n
// seen the best min(ceil(n / 10), 25) make the density l of good ones, the others g, in which all but the last 25
// weigh the less the older they are; each variable by itself takes, of 24 draws from l, the one with the largest
// l / g. The best are feasible ones by the objective, then infeasible ones by their violation (as S. Watanabe, F.
// Hutter, "c-TPE", IJCAI 2023, in Optuna). Shape comes first, then the slots that the stratum has.
//
// Not as in Optuna: what is known already is drawn again, then mutated, and never counts twice [ours]; and g is
// kept as sums over at most 256 places of each variable, so that a proposal costs the same at any n. Both weights
// of old networks are linear in when they came, so that two such sums, plain and times that number, give them.
#include <algorithm>

#include "coordinates.hpp"
#include "flash/search/methods/search_method.hpp"
#include "trial_densities.hpp"

namespace flash {
namespace {

constexpr std::uint64_t startup = 10;
constexpr std::int64_t most_bins = 256;

class Tpe {
 public:
  Tpe(Tracker& tracker, std::uint64_t seed)
      : tracker_(tracker),
        coordinates_(tracker.evaluator().space()),
        scales_(scales()),
        densities_(scales_),
        random_(seed),
        patience_(tracker) {}

  void run() {
    while (!tracker_.exhausted() && !patience_.lost()) {
      Network network = densities_.trials() < startup ? coordinates_.random(random_) : proposal();
      const Stratum& stratum = coordinates_.stratum(network.shape);
      const bool known = is_known(network);
      const Evaluation& worth = tracker_.evaluate(stratum, network.options);
      if (!known)
        densities_.learn(
            {0, worth, coordinates_.space().id(stratum, network.options), places_of(network), false});
    }
  }

 private:
  std::size_t shape_size() const { return coordinates_.choices().size(); }

  // Of the shape's variables, then of every place for a slot.
  std::vector<Scale> scales() const {
    std::vector<Scale> scales;
    for (const Axis& axis : coordinates_.space().geometry().shape_axes())
      scales.push_back({axis.ordered, axis.values.size()});
    scales.resize(shape_size() + coordinates_.space().cells());
    for (const Stratum& stratum : coordinates_.space().strata()) {
      const auto places = coordinates_.places(stratum);
      for (std::size_t c = 0; c < stratum.cells(); ++c) {
        Scale& scale = scales[shape_size() + places[c]];
        scale.ordered = stratum.slots[c].ordered;
        const std::int64_t options =
            scale.ordered ? std::min(stratum.options[c], most_bins) : stratum.options[c];
        scale.bins = std::max(scale.bins, static_cast<std::size_t>(options));
      }
    }
    return scales;
  }

  std::vector<double> places_of(const Network& network) const {
    std::vector<double> places(scales_.size(), Trial::absent);
    const auto set = [&](std::size_t variable, std::int64_t option, std::int64_t options) {
      if (options > 1) places[variable] = scales_[variable].place(option, options);
    };
    for (std::size_t v = 0; v < shape_size(); ++v)
      set(v, static_cast<std::int64_t>(network.shape[v]),
          static_cast<std::int64_t>(coordinates_.choices()[v]));
    const Stratum& stratum = coordinates_.stratum(network.shape);
    const auto slots = coordinates_.places(stratum);
    for (std::size_t c = 0; c < slots.size(); ++c)
      set(shape_size() + slots[c], network.options[c], stratum.options[c]);
    return places;
  }

  std::int64_t draw(std::size_t variable, std::int64_t options) {
    if (options == 1) return 0;
    return scales_[variable].option(densities_.propose(variable, options, random_), options);
  }

  Network draw() {
    Network network;
    for (std::size_t v = 0; v < shape_size(); ++v)
      network.shape.push_back(
          static_cast<std::size_t>(draw(v, static_cast<std::int64_t>(coordinates_.choices()[v]))));
    const Stratum& stratum = coordinates_.stratum(network.shape);
    const auto slots = coordinates_.places(stratum);
    for (std::size_t c = 0; c < slots.size(); ++c)
      network.options.push_back(draw(shape_size() + slots[c], stratum.options[c]));
    return network;
  }

  bool is_known(const Network& network) const {
    return tracker_.knows(coordinates_.space().id(coordinates_.stratum(network.shape), network.options));
  }

  Network proposal() {
    constexpr double step = 0.3;  // of a mutation, as part of a slot's range
    Network network = draw();
    for (int k = 0; k < 4 && is_known(network); ++k) network = draw();
    for (int k = 0; k < 20 && is_known(network); ++k) network = coordinates_.mutate(network, step, random_);
    return network;
  }

  Tracker& tracker_;
  const Coordinates coordinates_;
  std::vector<Scale> scales_;
  TrialDensities densities_;
  Philox random_;
  Patience patience_;
};

void tpe(Tracker& tracker, std::uint64_t seed) { Tpe(tracker, seed).run(); }

}  // namespace

const SearchMethod& tpe_method() {
  static const SearchMethod method{
      .name = "tpe", .description = "tree-structured Parzen estimator (Bergstra et al. 2011)", .run = tpe};
  return method;
}

}  // namespace flash
