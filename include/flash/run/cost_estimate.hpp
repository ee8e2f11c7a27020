// What a job will do and cost, before it starts.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flash/job/job.hpp"

namespace flash {

struct CostEstimate {
  std::vector<std::pair<std::string, std::size_t>> tasks;  // of each stage of a run
  double training_gmac = 0;  // forward and backward passes of all samples and epochs
  double training_core_seconds =
      0;  // at the speed that LibTorch reaches on one core of a server of 2024, within a factor of 3
  double sweep_core_seconds = 0;      // at the speed of this machine, of which a piece of the sweep is timed
  std::vector<std::string> warnings;  // a line each, for costs that a user would want to know of
  std::string text() const;
};
CostEstimate estimate_cost(const Job& job, const Space& space);

}  // namespace flash
