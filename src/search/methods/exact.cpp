// Branch and bound (solve_exact). Keeps to `stop` and the time, not to the evaluation cap.
#include "flash/search/exact.hpp"

#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

void exact(Tracker& tracker, std::uint64_t) {
  const ExactResult result = solve_exact(tracker.evaluator(), [&] { return tracker.stopped(); });
  if (result.evaluations > 0) tracker.account(result.evaluations, result.best_id, result.best);
}

}  // namespace

const SearchMethod& exact_method() {
  static const SearchMethod method{.name = "exact",
                                   .description = "branch and bound with a proof of optimality",
                                   .uses_seed = false,
                                   .proves = true,
                                   .run = exact};
  return method;
}

}  // namespace flash
