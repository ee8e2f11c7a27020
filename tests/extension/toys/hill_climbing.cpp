// A toy search method: hill climbing in a stratum, one option up or down at a time, from random networks.
#include "flash/core/random.hpp"
#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

// The best neighbour that is better than the network, or the network itself.
NetworkId step(Tracker& tracker, NetworkId id) {
  const Space& space = tracker.evaluator().space();
  const Stratum& stratum = space.stratum_of(id);
  NetworkId best = id;
  Evaluation worth = tracker.evaluate(id);
  for (std::size_t slot = 0; slot < stratum.options.size(); ++slot) {
    for (const int change : {-1, 1}) {
      std::vector<std::int64_t> options = space.options_of(stratum, id);
      options[slot] += change;
      if (options[slot] < 0 || options[slot] >= stratum.options[slot]) continue;
      const NetworkId there = space.id(stratum, options);
      if (tracker.exhausted() && !tracker.knows(there)) return best;
      const Evaluation& found = tracker.evaluate(there);
      if (!better(found, there, worth, best)) continue;
      best = there;
      worth = found;
    }
  }
  return best;
}

void climb(Tracker& tracker, std::uint64_t seed) {
  Philox random(seed);
  while (!tracker.exhausted()) {
    NetworkId id = random.below(tracker.evaluator().space().size());
    for (NetworkId next = step(tracker, id); next != id; next = step(tracker, id)) id = next;
  }
}

}  // namespace

const SearchMethod& hill_climbing_method() {
  static const SearchMethod method{
      .name = "hill-climbing", .description = "a toy: to the best neighbour", .run = climb};
  return method;
}

}  // namespace flash
