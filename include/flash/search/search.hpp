// A search of a space: one result type for all methods (methods/search_method.hpp), evaluations counted in one place.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "flash/core/clock.hpp"
#include "flash/search/evaluator.hpp"
#include "flash/search/id_map.hpp"

namespace flash {

struct SearchBudget {
  std::uint64_t evaluations = 10'000;                 // hard cap on distinct configurations evaluated
  double seconds = 0;                                 // 0: no limit
  std::function<bool()> stop = [] { return false; };  // asked between evaluations
};

struct TracePoint {
  std::uint64_t evaluations = 0;  // when the best so far improved
  double seconds = 0;
  double objective = 0;  // of the best feasible so far
};

struct SearchResult {
  std::string method;
  bool found = false;     // a feasible configuration was found
  NetworkId best_id = 0;  // the best one seen, feasible or not
  Evaluation best;
  std::uint64_t evaluations = 0;
  double seconds = 0;
  std::vector<TracePoint> trace;
};
Json to_json(const Evaluation& evaluation, NetworkId id);  // of exact metrics those in hand
Json to_json(const SearchResult& result);
SearchResult search_result_from_json(const Json& json);  // throws Error bad_data

// Counts, remembers and keeps the best: every method evaluates through one of these. A configuration seen
// before is answered from memory and not counted again.
class Tracker {
 public:
  Tracker(const Evaluator& evaluator, const SearchBudget& budget);

  bool stopped() const;    // time reached, or asked to stop
  bool exhausted() const;  // stopped(), cap reached, or the whole space evaluated
  // Precondition: not exhausted(), or the configuration is a known one. Past the cap it throws
  // std::logic_error.
  const Evaluation& evaluate(NetworkId id);
  const Evaluation& evaluate(const Stratum& stratum, std::span<const std::int64_t> options);
  // Takes over what a method found that evaluates in bulk, without a memory: `count` evaluations, the best of
  // them.
  void account(std::uint64_t count, NetworkId best_id, const Evaluation& best);
  bool knows(NetworkId id) const { return memo_.contains(id); }

  const Evaluator& evaluator() const { return evaluator_; }
  const SearchBudget& budget() const { return budget_; }
  std::uint64_t evaluations() const { return result_.evaluations; }
  const SearchResult& best() const { return result_; }  // so far; nothing where evaluations() is 0
  SearchResult result(std::string method) const;

 private:
  const Evaluation& add(NetworkId id, const Evaluation& evaluation);

  const Evaluator& evaluator_;
  SearchBudget budget_;
  Stopwatch watch_;
  IdMap<Evaluation> memo_;
  SearchResult result_;
};

}  // namespace flash
