#include "choice_best.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "ranking.hpp"

namespace flash {
namespace {

// The first slots of rows of twins, and the end.
std::vector<std::size_t> rows(const Knapsack& knapsack) {
  std::vector<std::size_t> starts;
  for (std::size_t s = 0; s < knapsack.slots.size(); ++s)
    if (!knapsack.twin(s)) starts.push_back(s);
  starts.push_back(knapsack.slots.size());
  return starts;
}

}  // namespace

RankedBest::RankedBest(const Evaluator& evaluator, const ChoiceQuestion& question)
    : evaluator_(evaluator), question_(question) {}

bool RankedBest::offer(const Knapsack& knapsack, const std::vector<std::int64_t>& options) {
  options_ = options;
  const std::vector<std::size_t> starts = rows(knapsack);
  const auto row = [&](std::size_t i) {
    return std::span(options_).subspan(starts[i], starts[i + 1] - starts[i]);
  };
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) std::ranges::sort(row(i));
  NetworkId id = evaluator_.space().id(*knapsack.stratum, options_);
  if (known_.contains(id)) return false;
  known_.insert(id, {});
  const Evaluation evaluation = evaluator_(*knapsack.stratum, options_);
  if (evaluation.violation > question_.violation) return false;
  if (!found_ || evaluation.objective > best_.objective ||
      (evaluation.objective == best_.objective && id < best_id_)) {
    best_ = evaluation;
    best_id_ = id;
  }
  found_ = true;
  for (;;) {  // exchanged in the order of numbers
    const Ranked candidate{id, evaluation.objective};
    if (top_.size() == question_.top_k && !ranks_before(candidate, top_.back())) break;
    rank(candidate);
    std::size_t i = starts.size() - 1;
    while (i > 0 && !std::ranges::next_permutation(row(i - 1)).found) --i;
    if (i == 0) break;
    id = evaluator_.space().id(*knapsack.stratum, options_);
  }
  return true;
}

void RankedBest::rank(const Ranked& candidate) {
  top_.insert(std::ranges::lower_bound(top_, candidate, ranks_before), candidate);
  if (top_.size() > question_.top_k) top_.pop_back();
}

double RankedBest::least_wanted() const { return top_.size() < question_.top_k ? 0 : top_.back().objective; }

bool RankedBest::wants_numbers(const Knapsack& knapsack, const std::vector<std::uint64_t>& options) const {
  return top_.size() < question_.top_k || first(knapsack, options) < top_.back().id;
}

NetworkId RankedBest::first(const Knapsack& knapsack, const std::vector<std::uint64_t>& options) const {
  std::vector<std::int64_t> first;
  for (const std::uint64_t set : options) first.push_back(std::countr_zero(set));
  return evaluator_.space().id(*knapsack.stratum, first);
}

void RankedBest::fill(ExactResult& result) const {
  result.found = found_;
  result.best = best_;
  result.best_id = best_id_;
  if (question_.violation == 0) result.top = top_;
  result.evaluations = known_.size();
}

}  // namespace flash
