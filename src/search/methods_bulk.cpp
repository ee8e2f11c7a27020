// The methods that evaluate in bulk or at random.
#include <algorithm>

#include "flash/core/random.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/methods.hpp"

namespace flash::methods {
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

}  // namespace

void random(Tracker& tracker, std::uint64_t seed) {
  Philox random(seed);
  const NetworkId count = tracker.evaluator().space().count();
  while (!tracker.exhausted()) tracker.evaluate(below(count, random));
}

void exhaustive(Tracker& tracker, std::uint64_t) {
  constexpr std::uint64_t block_size = 100'000'000;  // well under a second
  const Evaluator& evaluator = tracker.evaluator();
  const std::uint64_t size = evaluator.space().size();
  for (std::uint64_t first = 0; first < size && !tracker.stopped(); first += block_size) {
    const BlockResult block =
        sweep_block(evaluator, {first, std::min(block_size, size - first)}, {.top_k = 1});
    const NetworkId id = block.top.empty() ? first : block.top.front().id;
    tracker.account(block.block.count, id, evaluator.at(id));
  }
  // A sweep ranks what is feasible; where nothing is, the nearest miss is asked for.
  if (tracker.evaluations() == size && !tracker.best().found) {
    const ExactResult nearest = solve_exact(evaluator);
    tracker.account(0, nearest.best_id, nearest.best);
  }
}

void exact(Tracker& tracker, std::uint64_t) {
  const ExactResult result = solve_exact(tracker.evaluator(), [&] { return tracker.stopped(); });
  if (result.evaluations > 0) tracker.account(result.evaluations, result.best_id, result.best);
}

}  // namespace flash::methods
