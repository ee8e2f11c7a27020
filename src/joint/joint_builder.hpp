// Makes the tables of cells. Internal to the room.
#pragma once

#include <map>
#include <tuple>

#include "joint_cell.hpp"

namespace flash {

class JointTables::Builder {
 public:
  Builder(JointTables& tables, const ModelledCosts& modelled);
  void run();

 private:
  using Values = std::vector<double>;
  std::unique_ptr<Cell> make(const Stratum& stratum, std::size_t slot);
  void set_counts(const Stratum& stratum, std::size_t slot);
  // [option][metric][k]: what a cell costs in that form beside itself dense; empty: as much.
  std::vector<PerMetric<Values>> ratios(const Stratum& stratum, std::size_t slot) const;
  double fitted(const Stratum& stratum, Metric metric, OptionView options) const;
  void set_useful(Cell& cell) const;

  JointTables& tables_;
  const Evaluator& dense_;
  const ModelledCosts& modelled_;
  std::unique_ptr<SlotColumns> columns_;
  std::vector<FileCounts> counts_;  // [k]: of the slot that is made
};

}  // namespace flash
