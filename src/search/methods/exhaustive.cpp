// Every configuration of the space (sweep_block). Keeps to `stop` and the time, not to the evaluation cap.
#include "flash/search/exhaustive.hpp"

#include <algorithm>

#include "flash/search/exact.hpp"
#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

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

}  // namespace

const SearchMethod& exhaustive_method() {
  static const SearchMethod method{.name = "exhaustive",
                                   .description = "every configuration evaluated",
                                   .uses_seed = false,
                                   .proves = true,
                                   .exhaustive = true,
                                   .run = exhaustive};
  return method;
}

}  // namespace flash
