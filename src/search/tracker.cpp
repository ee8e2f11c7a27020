#include <algorithm>
#include <stdexcept>

#include "flash/search/search.hpp"

namespace flash {

Tracker::Tracker(const Evaluator& evaluator, const SearchBudget& budget)
    : evaluator_(evaluator),
      budget_(budget),
      memo_(std::min<std::uint64_t>(budget.evaluations, 1024)) {}  // as many as a quick method needs

bool Tracker::stopped() const {
  return (budget_.seconds > 0 && watch_.seconds() >= budget_.seconds) || budget_.stop();
}

bool Tracker::exhausted() const {
  return result_.evaluations >= budget_.evaluations || memo_.size() >= evaluator_.space().count() ||
         stopped();
}

const Evaluation& Tracker::evaluate(NetworkId id) {
  if (const Evaluation* known = memo_.find(id)) return *known;
  const Stratum& stratum = evaluator_.space().stratum_of(id);
  return add(id, evaluator_(stratum, evaluator_.space().options_of(stratum, id)));
}

const Evaluation& Tracker::evaluate(const Stratum& stratum, std::span<const std::int64_t> options) {
  const NetworkId id = evaluator_.space().id(stratum, options);
  if (const Evaluation* known = memo_.find(id)) return *known;
  return add(id, evaluator_(stratum, options));
}

const Evaluation& Tracker::add(NetworkId id, const Evaluation& evaluation) {
  if (result_.evaluations >= budget_.evaluations)
    throw std::logic_error("a search method went on past its cap of evaluations");
  account(1, id, evaluation);
  return memo_.insert(id, evaluation);
}

void Tracker::account(std::uint64_t count, NetworkId best_id, const Evaluation& best) {
  const bool first = result_.evaluations == 0;
  result_.evaluations += count;
  if (!first && !better(best, best_id, result_.best, result_.best_id)) return;
  // A lower id of equal worth takes the place, but the trace holds improvements only.
  const bool improved =
      first || result_.best.violation != best.violation || result_.best.objective != best.objective;
  result_.best = best;
  result_.best_id = best_id;
  result_.found = best.feasible();
  if (result_.found && improved)
    result_.trace.push_back({result_.evaluations, watch_.seconds(), best.objective});
}

SearchResult Tracker::result(std::string method) const {
  SearchResult result = result_;
  result.method = std::move(method);
  result.seconds = watch_.seconds();
  return result;
}

}  // namespace flash
