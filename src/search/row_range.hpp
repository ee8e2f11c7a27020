// Which configurations of a row are feasible, found without asking each. Internal to the room.
#pragma once

#include <cstddef>

#include "flash/search/degree_window.hpp"

namespace flash {

// Options of the last cell: from `begin` to `end` the constraints are met, from `first` to `begin` and from
// `end` to `last` only the evaluator can tell (mostly there are none), elsewhere they are not met.
struct RowRange {
  std::size_t first = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t last = 0;
};

// Where the score ascends or descends along a row and metrics ascend, each bound cuts off one end of it. Where exactly, is
// decided in double precision, by the sums that the evaluator forms; the search starts where the row before
// was cut.
class RowRanges {
 public:
  explicit RowRanges(const Evaluator& evaluator);

  // False where some bounded quantity goes up and down along the stratum's rows, or a metric descends: then
  // there are no ranges.
  bool set_stratum(const StratumTables& tables);
  // `degree` and `metric` are what the other cells come to.
  RowRange operator()(double degree, const PerMetric<Term::Lead>& metric);

 private:
  const Evaluator& evaluator_;
  const DegreeWindow window_;
  const StratumTables* tables_ = nullptr;
  bool descends_ = false;               // the score, along the rows
  std::size_t cuts_[4] = {};            // of the row before, by the window,
  PerMetric<std::size_t> metric_cuts_;  // and by the ceilings
};

}  // namespace flash
