// Uniform over all ids, without repeats.
#include <limits>

#include "flash/core/random.hpp"
#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

// In [0, n) without bias: of 64 bits where that is enough, else of 128, drawn again where beyond n.
NetworkId below(NetworkId n, Philox& random) {
  constexpr NetworkId word = NetworkId{1} << 64;
  if (n < word) return random.below(static_cast<std::uint64_t>(n));
  const auto highest = static_cast<std::uint64_t>((n - 1) >> 64);
  for (;;) {
    const NetworkId high =
        highest == std::numeric_limits<std::uint64_t>::max() ? random() : random.below(highest + 1);
    const NetworkId id = high * word + random();
    if (id < n) return id;
  }
}

void random(Tracker& tracker, std::uint64_t seed) {
  Philox draws(seed);
  const NetworkId count = tracker.evaluator().space().count();
  while (!tracker.exhausted()) tracker.evaluate(below(count, draws));
}

}  // namespace

const SearchMethod& random_method() {
  static const SearchMethod method{
      .name = "random", .description = "uniform random search, without repeats", .run = random};
  return method;
}

}  // namespace flash
