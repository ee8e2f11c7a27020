// The constraints as bounds on a row's sums in single precision, for the kernel to check. Internal to the room.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "flash/search/degree_window.hpp"
#include "flash/search/evaluator.hpp"
#include "sweep_kernel.hpp"

namespace flash {

// For rows along which what is bounded rises and falls, so that what meets the constraints is no stretch of them
// (row_range.hpp). An excess is how far a configuration is beyond a bound, in units of about what the quantity spans
// in the stratum: a table of the row's options plus what the other slots come to, right to within kernel_doubt.
class RowBounds {
 public:
  enum class Row { inside, across, outside };  // of all bounds, of some, beyond one of them

  explicit RowBounds(const Evaluator& evaluator);

  // False where single precision is too coarse for the floor on accuracy.
  bool set_stratum(const StratumTables& tables);
  // `degree` and `metric` are what the other slots come to. Gives the row the bounds that it lies across.
  Row set_lead(KernelRow& row, double degree, const PerMetric<Term::Lead>& metric) const;

 private:
  struct Bound {
    std::optional<Metric> metric;  // none: the score
    bool with_most = false;        // of the other slots the maximum counts too
    double sign = 1;               // -1: a least value
    double limit = 0;
    double least = 0;             // of the row's share, signed: counts as the other slots'
    double unit = 1;              // of excesses
    std::vector<float> excess{};  // the row's, of which the least is 0
    double largest = 0;
  };
  bool add_degree(const Term& term);
  void add_metric(Metric metric, const Term& term);
  void add(Bound bound, std::span<const double> row, std::pair<double, double> range);

  const Evaluator& evaluator_;
  const DegreeWindow window_;
  std::vector<Bound> bounds_;
};

}  // namespace flash
