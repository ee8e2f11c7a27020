#include "flash/stage/comparison_summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// `sorted` is not empty.
double quantile(const std::vector<double>& sorted, double probability) {
  const double position = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double share = position - static_cast<double>(below);
  const double low = sorted[below];
  const double value = share == 0 ? low : low + share * (sorted[below + 1] - low);
  return std::isfinite(value) ? value : nan;
}

Quartiles quartiles_of(const SummaryFigure& figure, const std::vector<const ComparisonRow*>& rows) {
  std::vector<double> values;
  for (const ComparisonRow* row : rows) {
    const double value = figure.of(*row);
    values.push_back(!std::isnan(value) ? value : figure.more_is_better ? -infinity : infinity);
  }
  return quartiles(std::move(values));
}

SummaryRow summary_of(const std::vector<const ComparisonRow*>& rows, double optimum) {
  SummaryRow summary;
  summary.constraints = rows.front()->constraints;
  summary.method = rows.front()->run.method;
  summary.optimum = optimum;
  summary.runs = rows.size();
  for (const ComparisonRow* row : rows) {
    summary.found += row->result.found ? 1 : 0;
    summary.within_1pc += std::isnan(row->evaluations_1pc) ? 0 : 1;
    summary.speedup_rl_bounds += row->speedup_rl_is_bound ? 1 : 0;
  }
  for (std::size_t f = 0; f < summary_figure_count; ++f)
    summary.figures[f] = quartiles_of(summary_figures()[f], rows);
  return summary;
}

}  // namespace

Quartiles quartiles(std::vector<double> values) {
  if (values.empty()) return {nan, nan, nan};
  std::ranges::sort(values);
  return {quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)};
}

const std::array<SummaryFigure, summary_figure_count>& summary_figures() {
  using Row = ComparisonRow;
  static constexpr std::array<SummaryFigure, summary_figure_count> figures{{
      {"objective", "1", "objective f [reconstructed]", true,
       [](const Row& r) { return r.result.found ? r.result.best.objective : nan; }},
      {"gap", "1", "1 - objective / proven optimum", false, [](const Row& r) { return r.gap; }},
      {"gap_random", "1",
       "(optimum - objective) / (optimum - median objective of random configurations that meet the set)",
       false, [](const Row& r) { return r.gap_random; }, "2.1"},
      {"evaluations", "1", "distinct configurations evaluated", false,
       [](const Row& r) { return static_cast<double>(r.result.evaluations); }},
      {"seconds", "s", "wall clock of the search", false, [](const Row& r) { return r.result.seconds; }},
      {"evaluations_1pc", "1", "evaluations to come within 1 % of the optimum", false,
       [](const Row& r) { return r.evaluations_1pc; }},
      {"seconds_1pc", "s", "seconds to come within 1 % of the optimum", false,
       [](const Row& r) { return r.seconds_1pc; }},
      {"speedup_rl", "1", "speed-up against REINFORCE", true, [](const Row& r) { return r.speedup_rl; }},
      {"speedup_exhaustive", "1", "speed-up against the sweep on one core", true,
       [](const Row& r) { return r.speedup_exhaustive; }},
  }};
  return figures;
}

std::vector<SummaryRow> summarise(const Comparison& comparison, const std::vector<Constraints>& sets) {
  std::vector<SummaryRow> summaries;
  for (std::size_t set = 0; set < sets.size(); ++set) {
    std::vector<std::pair<std::string, std::vector<const ComparisonRow*>>> methods;
    for (const ComparisonRow& row : comparison.rows) {
      if (row.run.set != set) continue;
      auto found =
          std::ranges::find(methods, row.run.method, [](const auto& method) { return method.first; });
      if (found == methods.end()) found = methods.insert(found, {row.run.method, {}});
      found->second.push_back(&row);
    }
    for (const auto& [method, rows] : methods) summaries.push_back(summary_of(rows, comparison.optima[set]));
  }
  return summaries;
}

}  // namespace flash
