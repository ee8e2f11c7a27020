// Where nothing meets the bounds: what misses them by least.
#include <algorithm>
#include <cmath>

#include "choice_knapsack.hpp"
#include "choice_search.hpp"
#include "flash/core/clock.hpp"

namespace flash {
namespace {

constexpr std::size_t most_slots_of_boxes = 8;
constexpr double near_enough = 1e-9;  // of a violation to another: then the last step is tried

class LeastViolation {
 public:
  LeastViolation(const Evaluator& evaluator, const std::function<bool()>& stop, ExactResult& result)
      : evaluator_(evaluator), stop_(stop), result_(result) {}

  // The result's search has shown that nothing is feasible.
  void run() {
    const Stratum& first = evaluator_.space().strata().front();
    const std::vector<std::int64_t> some(first.cells(), 0);
    result_.best = evaluator_(first, some);
    result_.best_id = evaluator_.space().id(first, some);
    most_ = result_.best.violation;
    while (result_.complete) {
      const bool last = most_ - least_ <= near_enough * most_;
      const double below = std::nextafter(most_, 0.0);
      const double aim = last ? below : std::min(least_ + (most_ - least_) / 2, below);
      if (aim <= least_) break;
      if (const ExactResult found = ask({.violation = aim, .any = true}); found.found) {
        most_ = found.best.violation;
      } else if (last) {
        break;
      } else {
        least_ = aim;
      }
    }
    const ExactResult best = ask({.violation = most_});
    if (!best.found) return;  // stopped
    result_.best = best.best;
    result_.best_id = best.best_id;
  }

 private:
  ExactResult ask(const ChoiceQuestion& question) {
    ExactResult answer = search_choices(evaluator_, question, stop_);
    result_.complete = result_.complete && answer.complete;
    result_.evaluations += answer.evaluations;
    result_.boxes += answer.boxes;
    return answer;
  }

  const Evaluator& evaluator_;
  const std::function<bool()>& stop_;
  ExactResult& result_;
  double least_ = 0, most_ = 0;  // the answer's lies between, the second is a configuration's
};

}  // namespace

bool has_many_choices(const Space& space) {
  bool many = false;
  for (const Stratum& stratum : space.strata()) {
    if (std::ranges::any_of(stratum.slots, [](const Slot& s) {
          return s.options > static_cast<std::int64_t>(KnapsackStore::most_options);
        }))
      return false;
    many = many || stratum.cells() > most_slots_of_boxes ||
           std::ranges::any_of(stratum.slots, [](const Slot& s) { return !s.ordered; });
  }
  return many;
}

ExactResult solve_choices(const Evaluator& evaluator, const std::function<bool()>& stop, std::size_t top_k) {
  const Stopwatch watch;
  ExactResult result = search_choices(evaluator, {.top_k = std::max<std::size_t>(top_k, 1)}, stop);
  if (!result.found) LeastViolation(evaluator, stop, result).run();
  result.seconds = watch.seconds();
  return result;
}

}  // namespace flash
