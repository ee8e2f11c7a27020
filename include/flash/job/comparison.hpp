// The comparison: every search's gap to the proven optimum and its speed-ups.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flash/job/plan.hpp"
#include "flash/job/results.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/search.hpp"

namespace flash {

struct ComparisonRow {
  SearchRun run;
  std::string constraints;  // name of the set
  SearchResult result;
  double gap = 0;  // 1 - objective / optimum; NaN where nothing feasible was found or no optimum is known
  double evaluations_1pc =
      0;  // evaluations and seconds to come within 1 % of the optimum; NaN where it never did
  double seconds_1pc = 0;
  double speedup_rl = 0;          // FLASH.md section 7, against REINFORCE with the same seed; NaN without it
  double speedup_exhaustive = 0;  // the sweep's seconds over this run's; NaN without a sweep
};

// The sweep of each constraint set, merged; absent where blocks are missing.
std::vector<std::optional<BlockResult>> merged_sweeps(const Job& job, const Space& space,
                                                      const Results& results,
                                                      const std::vector<Constraints>& sets);

std::vector<ComparisonRow> comparison(const Job& job, const Space& space, const Results& results,
                                      const std::vector<Constraints>& sets);

}  // namespace flash
