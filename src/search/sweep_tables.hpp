// What the sweep's kernel needs of an evaluator: its tables in single precision, and how far to trust them.
// Internal to the room.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "flash/search/evaluator.hpp"
#include "sweep_kernel.hpp"

namespace flash {

class SweepTables {
 public:
  explicit SweepTables(const Evaluator& evaluator);

  const KernelShape& shape() const { return shape_; }
  // Those in the product, in order: the kernel's metric i is metrics()[i]. They are the metrics that the
  // models give and the exact ones with an exponent or a weight; ceilings are not the kernel's affair.
  const std::vector<Metric>& metrics() const { return metrics_; }

  void set_stratum(const StratumTables& tables);
  const KernelStratum& stratum() const { return stratum_; }
  // False where single precision cannot be trusted in the stratum in hand (a predictor or a product out of
  // range): then the kernel's checksum holds, its marks do not.
  bool trusted() const { return trusted_; }

  // What the other cells come to as the kernel's row has it.
  float degree(double sum) const { return static_cast<float>(sum - lead_shift_); }
  void set_lead(KernelRow& row, std::size_t i, const Term::Lead& lead) const;
  // From now on a configuration with at least this objective costs at most 1.
  void set_limit(double objective);

 private:
  using Table = std::vector<float>;
  static double shift_of(const Term& term);
  void set_shift(const Term& degree);
  bool fit_predictor(std::pair<double, double> degrees);
  bool check_ranges(const StratumTables& tables);
  bool check_sum(const StratumTables& tables);

  const Evaluator& evaluator_;
  std::vector<Metric> metrics_;
  KernelShape shape_;
  std::array<double, kernel_metrics> scale_{};
  bool sound_ = true;  // what does not depend on the stratum
  bool trusted_ = false;
  // Additive scores of a stratum differ by little beside what they all come to, which single precision has no
  // room for: the kernel has g less shift_, of it the last cell's table the part that makes its least value 0.
  double shift_ = 0;
  double table_shift_ = 0;
  double lead_shift_ = 0;
  std::array<double, kernel_metrics> metric_shift_{};
  double slack_ = 0;              // of the cost: relative, or of its logarithm
  std::array<double, 5> root_{};  // the predictor's polynomial, without a limit
  Table degree_;
  std::array<Table, kernel_metrics> metric_;
  std::array<Table, kernel_metrics> most_;
  KernelStratum stratum_;
};

}  // namespace flash
