// The comparison: every search's gap to the proven optimum and its speed-ups.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flash/findings/plan.hpp"
#include "flash/findings/results.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/search.hpp"

namespace flash {

struct ComparisonRow {
  SearchRun run;
  std::string constraints;  // name of the set
  SearchResult result;
  double gap = 0;  // 1 - objective / optimum; NaN where nothing feasible was found
  // (optimum - objective) / (optimum - median of random configurations that meet the set): 1 is no better than
  // chance. A gap of 1 % of an accuracy is much or nothing. NaN where one of the three is not known, or equal.
  double gap_random = 0;
  double evaluations_1pc = 0;  // evaluations and seconds to come within 1 % of the optimum; NaN where it
  double seconds_1pc = 0;      // never did
  // [reconstructed] REINFORCE's wall clock until it first reaches this objective (all of its time where
  // it never does), the median over its runs under these constraints, over this run's wall clock. A lower
  // bound where one of them never does. NaN without REINFORCE or where nothing was found.
  double speedup_rl = 0;
  bool speedup_rl_is_bound = false;
  double speedup_exhaustive = 0;  // the sweep's seconds on one core, else those of method `exhaustive`, over
                                  // this run's; NaN without both or where nothing was found
};

struct Comparison {
  // Of each constraint set the objective of the proven optimum: by the sweep, else by the comparison's own
  // runs of `exact` or `exhaustive`, else by solve_exact. They agree bit for bit. NaN: nothing is feasible.
  std::vector<double> optima;
  std::vector<ComparisonRow> rows;
};

// The sweep of each constraint set, merged; absent where blocks are missing.
std::vector<std::optional<BlockResult>> merged_sweeps(const Job& job, const Space& space,
                                                      const Results& results,
                                                      const std::vector<Constraints>& sets);

// Of the runs that `results` holds so far.
Comparison comparison(const Job& job, const Space& space, const Models& models, const Results& results,
                      const std::vector<Constraints>& sets);

}  // namespace flash
