// The counts of one part of a space, for the kinds of quantities: functions of one sum over cells, terms with
// a part that is a maximum, the objective, and what rests on known accuracies.
#pragma once

#include <algorithm>
#include <limits>
#include <memory>

#include "flash/search/histogram.hpp"

namespace flash {

// Made once for a quantity, then shared by the threads.
class PartCounter {
 public:
  virtual ~PartCounter() = default;
  // Adds the part's configurations to the bins.
  virtual void count(const HistogramPart& part, std::span<std::uint64_t> counts) const = 0;
};

// `inner`: the edges between bins, ascending. The evaluator outlives the counter.
std::unique_ptr<PartCounter> sum_counter(const Evaluator& evaluator, Quantity quantity,
                                         std::vector<double> inner);
std::unique_ptr<PartCounter> term_counter(const Evaluator& evaluator, Metric metric,
                                          std::vector<double> inner);
// Of accuracy or the objective where accuracies are known.
std::unique_ptr<PartCounter> known_counter(const Evaluator& evaluator, Quantity quantity,
                                           std::vector<double> inner);
std::unique_ptr<PartCounter> objective_counter(const Evaluator& evaluator, std::vector<double> inner);

// Consecutive rows of a part that differ in the last but one cell alone.
struct RowRun {
  std::vector<std::int64_t> outer;  // options of the cells before that one; none where there is one cell
  std::size_t first = 0;            // option of the last but one cell
  std::size_t count = 0;            // so many from it on; 1 where there is one cell
};

template <class F>
void for_each_run(const Stratum& stratum, const HistogramPart& part, const F& f) {
  const std::size_t outer_cells = std::max<std::size_t>(stratum.cells(), 2) - 2;
  const std::uint64_t length =
      stratum.cells() < 2 ? 1 : static_cast<std::uint64_t>(stratum.options[outer_cells]);
  RowRun run;
  run.outer.resize(outer_cells);
  for (std::uint64_t row = part.first_row; row < part.first_row + part.rows; row += run.count) {
    run.first = row % length;
    run.count = std::min(length - run.first, part.first_row + part.rows - row);
    std::uint64_t rest = row / length;
    for (std::size_t c = outer_cells; c-- > 0;) {
      const auto options = static_cast<std::uint64_t>(stratum.options[c]);
      run.outer[c] = static_cast<std::int64_t>(rest % options);
      rest /= options;
    }
    f(run);
  }
}

// The rows of a run have what term.lead(run.outer) has and these: the evaluator's order of additions. Sums,
inline std::span<const double> run_sums(const Term& term, const RowRun& run) {
  static constexpr double none[] = {0};
  const std::size_t cell = run.outer.size();
  return cell + 1 == term.sum.size() ? none : term.sum[cell].subspan(run.first, run.count);
}
// and of maxima, where the term has them.
inline std::span<const double> run_most(const Term& term, const RowRun& run) {
  static constexpr double none[] = {-std::numeric_limits<double>::infinity()};
  const std::size_t cell = run.outer.size();
  return cell + 1 == term.most.size() ? none : term.most[cell].subspan(run.first, run.count);
}

}  // namespace flash
