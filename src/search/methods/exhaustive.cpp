// The methods that evaluate in bulk or at random.
#include <algorithm>

#include "flash/core/random.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/methods.hpp"

namespace flash::methods {

void random(Tracker& tracker, std::uint64_t seed) {
  Philox random(seed);
  while (!tracker.exhausted()) tracker.evaluate(random.below(tracker.evaluator().space().size()));
}

void exhaustive(Tracker& tracker, std::uint64_t) {
  constexpr std::uint64_t block_size = 100'000'000;  // well under a second
  const Evaluator& evaluator = tracker.evaluator();
  const std::uint64_t size = evaluator.space().size();
  for (std::uint64_t first = 0; first < size && !tracker.stopped(); first += block_size) {
    const BlockResult block =
        sweep_block(evaluator, {first, std::min(block_size, size - first)}, {.top_k = 1});
    const std::uint64_t id = block.top.empty() ? first : block.top.front().id;
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
