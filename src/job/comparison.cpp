#include "flash/job/comparison.hpp"

#include <cmath>
#include <limits>
#include <map>

namespace flash {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double close_gap = 0.01;

// The first trace point at which the objective is reached.
const TracePoint* first_reaching(const SearchResult& result, double objective) {
  for (const TracePoint& point : result.trace) {
    if (point.objective >= objective) return &point;
  }
  return nullptr;
}

// Seconds that REINFORCE takes to reach what `result` reached, or all of its time where it never does.
double reinforce_seconds(const SearchResult& reinforce, const SearchResult& result) {
  const TracePoint* reached = result.found ? first_reaching(reinforce, result.best.objective) : nullptr;
  return reached != nullptr ? reached->seconds : reinforce.seconds;
}

}  // namespace

std::vector<std::optional<BlockResult>> merged_sweeps(const Job& job, const Space& space,
                                                      const Results& results,
                                                      const std::vector<Constraints>& sets) {
  const std::size_t blocks = tile(space, job.sweep.block).size();
  const Results::Stage& outcomes = results.stage("sweep");
  std::vector<std::optional<BlockResult>> merged(sets.size());
  for (std::size_t set = 0; set < sets.size(); ++set) {
    std::vector<BlockResult> parts;
    for (auto it = outcomes.lower_bound(set * blocks); it != outcomes.end() && it->first < (set + 1) * blocks;
         ++it) {
      if (it->second.ok) parts.push_back(block_result_from_json(it->second.output));
    }
    if (parts.size() == blocks)
      merged[set] = merge(std::move(parts), static_cast<std::size_t>(job.sweep.top));
  }
  return merged;
}

std::vector<ComparisonRow> comparison(const Job& job, const Space& space, const Results& results,
                                      const std::vector<Constraints>& sets) {
  const std::vector<SearchRun> runs = search_runs(job, sets);
  std::vector<ComparisonRow> rows;
  std::map<std::pair<std::size_t, std::uint64_t>, std::size_t> reinforce;  // (set, seed) -> row
  std::vector<double> optimum(sets.size(), nan);
  for (const auto& [index, outcome] : results.stage("compare")) {
    if (!outcome.ok || index >= runs.size()) continue;
    ComparisonRow row;
    row.run = runs[index];
    row.constraints = sets[row.run.set].name;
    row.result = search_result_from_json(outcome.output);
    if (row.run.method == "exact" && row.result.found) optimum[row.run.set] = row.result.best.objective;
    if (row.run.method == "reinforce") reinforce[{row.run.set, row.run.seed}] = rows.size();
    rows.push_back(std::move(row));
  }
  const auto sweeps = merged_sweeps(job, space, results, sets);
  for (std::size_t set = 0; set < sets.size(); ++set) {
    if (sweeps[set] && !sweeps[set]->top.empty()) optimum[set] = sweeps[set]->top.front().objective;
  }
  for (ComparisonRow& row : rows) {
    const SearchResult& result = row.result;
    const double best = optimum[row.run.set];
    row.gap = result.found ? 1 - result.best.objective / best : nan;
    const TracePoint* close = first_reaching(result, (1 - close_gap) * best);
    row.evaluations_1pc = close != nullptr ? static_cast<double>(close->evaluations) : nan;
    row.seconds_1pc = close != nullptr ? close->seconds : nan;
    const auto rival = reinforce.find({row.run.set, row.run.seed});
    row.speedup_rl = rival == reinforce.end()
                         ? nan
                         : reinforce_seconds(rows[rival->second].result, result) / result.seconds;
    row.speedup_exhaustive = sweeps[row.run.set] ? sweeps[row.run.set]->seconds / result.seconds : nan;
  }
  return rows;
}

}  // namespace flash
