// The exact optimum by branch and bound over strata and boxes, equal to the exhaustive sweep's bit for bit.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "flash/search/evaluator.hpp"
#include "flash/search/exhaustive.hpp"

namespace flash {

struct ExactResult {
  bool complete = true;   // false: stopped before the proof was done
  bool found = false;     // something is feasible
  NetworkId best_id = 0;  // by the rule of better(): where nothing is feasible, what misses by least
  Evaluation best;
  std::vector<Ranked> top;        // the best feasible ones, best first, ties by lowest id; at most K
  bool monotone = true;           // all tables ascend; else the bounds rest on their ranges, and hold as well
  std::uint64_t evaluations = 0;  // distinct configurations evaluated
  std::uint64_t boxes = 0;        // bounds computed
  double largest_cut_bound = 0;   // of every box that was cut for its objective: the proof is that it is not
                                  // above the best, or the last of the top K; 0 where none was
  double seconds = 0;
};

// A box holds the configurations of a stratum between two options in each cell. No objective in it exceeds
// the one of its best NN-Degree and its least metrics (raised by rounding_slack), no violation is below
// theirs; what cannot enter the best K known is cut, the rest halved, best bound first. K >= 1. `stop` is
// asked between boxes. What is feasible and worth `at_least` is known already where that is above 0: what is worth less
// need not be found.
ExactResult solve_exact(
    const Evaluator& evaluator, const std::function<bool()>& stop = [] { return false; },
    std::size_t top_k = 1, double at_least = 0);

// Whether any configuration meets the constraints: the same search, ended at the first.
bool any_feasible(const Evaluator& evaluator);

Json to_json(const ExactResult& result);

}  // namespace flash
