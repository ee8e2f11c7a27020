// Medians and quartiles of a comparison: one line a constraint set and method.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "flash/stage/comparison.hpp"

namespace flash {

struct Quartiles {
  double first = 0;
  double median = 0;
  double third = 0;
};

// By linear interpolation between order statistics: definition 7 of Hyndman and Fan (The American
// Statistician 50, 1996), the default of numpy.quantile. NaN for a quartile that infinite values have a
// share in, and without values. No value is NaN.
Quartiles quartiles(std::vector<double> values);

// A figure that runs are summarised by.
struct SummaryFigure {
  const char* name;
  const char* units;
  const char* long_name;
  bool more_is_better;
  double (*of)(const ComparisonRow& row);  // NaN where the run has none
  const char* since = "1.0";               // the format of archives that brought it
};
inline constexpr std::size_t summary_figure_count = 9;
const std::array<SummaryFigure, summary_figure_count>& summary_figures();

// A run that lacks a figure (nothing found, never within 1 %) counts as worse than all that have it. So a
// median is that of all runs, not of the lucky ones: NaN where half of them or more lack the figure.
struct SummaryRow {
  std::string constraints;
  std::string method;
  double optimum = 0;  // objective of the set's proven optimum; NaN where nothing is feasible
  std::size_t runs = 0;
  std::size_t found = 0;       // runs that found a feasible configuration
  std::size_t within_1pc = 0;  // runs that came within 1 % of the optimum
  std::size_t speedup_rl_bounds =
      0;  // runs whose speedup_rl is a lower bound: with any, so are its quartiles
  std::array<Quartiles, summary_figure_count> figures;  // in the order of summary_figures()
};

// Set by set, methods in the order of the comparison.
std::vector<SummaryRow> summarise(const Comparison& comparison, const std::vector<Constraints>& sets);

}  // namespace flash
