#include "flash/stage/comparison.hpp"

#include <cmath>
#include <limits>

#include "flash/search/exact.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/stage/answer.hpp"
#include "flash/stage/comparison_summary.hpp"
#include "unknown.hpp"

namespace flash {
namespace {

constexpr double close_gap = 0.01;

// What the rows of one constraint set are held against.
struct Rivals {
  double optimum = unknown;
  double random = unknown;  // the median of random configurations
  double exhaustive_seconds = unknown;
  std::vector<const SearchResult*> reinforce;
};

// The first trace point at which the objective is reached.
const TracePoint* first_reaching(const SearchResult& result, double objective) {
  for (const TracePoint& point : result.trace) {
    if (point.objective >= objective) return &point;
  }
  return nullptr;
}

void compare(ComparisonRow& row, const Rivals& rivals) {
  const SearchResult& result = row.result;
  const TracePoint* close = first_reaching(result, (1 - close_gap) * rivals.optimum);
  row.evaluations_1pc = close != nullptr ? static_cast<double>(close->evaluations) : unknown;
  row.seconds_1pc = close != nullptr ? close->seconds : unknown;
  row.gap = row.gap_random = row.speedup_rl = row.speedup_exhaustive = unknown;
  if (!result.found) return;
  row.gap = 1 - result.best.objective / rivals.optimum;
  if (rivals.optimum > rivals.random)
    row.gap_random = (rivals.optimum - result.best.objective) / (rivals.optimum - rivals.random);
  row.speedup_exhaustive = rivals.exhaustive_seconds / result.seconds;
  std::vector<double> seconds;
  for (const SearchResult* rival : rivals.reinforce) {
    const TracePoint* reached = first_reaching(*rival, result.best.objective);
    seconds.push_back(reached != nullptr ? reached->seconds : rival->seconds);
    row.speedup_rl_is_bound |= reached == nullptr;
  }
  row.speedup_rl = quartiles(std::move(seconds)).median / result.seconds;
}

double proven_optimum(const Job& job, const Space& space, const Models& models, const Constraints& set) {
  const ExactResult exact = solve_exact(Evaluator(space, models, job.objective, set));
  return exact.found ? exact.best.objective : unknown;
}

}  // namespace

std::vector<std::optional<BlockResult>> merged_sweeps(const Job& job, const Space& space,
                                                      const Results& results,
                                                      const std::vector<Constraints>& sets) {
  std::vector<std::optional<BlockResult>> merged(sets.size());
  if (!space.numbered()) return merged;
  const std::size_t blocks = tile(space, job.sweep.block).size();
  const Results::Stage& outcomes = results.stage("sweep");
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

Comparison comparison(const Job& job, const Space& space, const Models& models, const Results& results,
                      const std::vector<Constraints>& sets) {
  Comparison comparison;
  const std::vector<SearchRun> runs = search_runs(job, sets);
  for (const auto& [index, outcome] : results.stage("compare")) {
    if (!outcome.ok || index >= runs.size()) continue;
    ComparisonRow row;
    row.run = runs[static_cast<std::size_t>(index)];
    row.constraints = sets[row.run.set].name;
    row.result = search_result_from_json(outcome.output);
    comparison.rows.push_back(std::move(row));
  }

  std::vector<Rivals> rivals(sets.size());
  std::vector<bool> proven(sets.size(), false);
  for (const ComparisonRow& row : comparison.rows) {
    Rivals& rival = rivals[row.run.set];
    const SearchMethod& method = search_method(row.run.method);
    if (method.reinforcement) rival.reinforce.push_back(&row.result);
    if (method.exhaustive) rival.exhaustive_seconds = row.result.seconds;
    if (!method.proves) continue;
    rival.optimum = row.result.found ? row.result.best.objective : unknown;
    proven[row.run.set] = true;
  }
  const auto sweeps = merged_sweeps(job, space, results, sets);
  for (std::size_t set = 0; set < sets.size(); ++set) {
    Rivals& rival = rivals[set];
    if (sweeps[set]) {
      rival.optimum = sweeps[set]->top.empty() ? unknown : sweeps[set]->top.front().objective;
      rival.exhaustive_seconds = sweeps[set]->seconds;
    } else if (!proven[set]) {
      rival.optimum = proven_optimum(job, space, models, sets[set]);
    }
    rival.random = random_median(Evaluator(space, models, job.objective, sets[set]), job.seed);
    comparison.optima.push_back(rival.optimum);
  }
  for (ComparisonRow& row : comparison.rows) compare(row, rivals[row.run.set]);
  return comparison;
}

}  // namespace flash
