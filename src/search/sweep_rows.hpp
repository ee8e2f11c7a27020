// A stratum as rows of configurations, as the sweep takes them. Internal to the room.
#pragma once

#include <cstdint>
#include <list>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

// A row holds the options of the last slot; in spaces of many choices, whose slots have few options, those of the
// last slots together. The last option varies fastest, so that a row's numbers follow each other either way. All sums
// of spaces of many choices are exact, so that a row's are the evaluator's whichever slots it joins.
class SweepRows {
 public:
  explicit SweepRows(const Evaluator& evaluator);

  void set_stratum(const Stratum& stratum);
  // Of the slots before the row, then how long it is.
  const std::vector<std::int64_t>& options() const { return options_; }
  // Each term's last table is the row's.
  const StratumTables& tables() const { return *tables_; }
  // The options of the configuration with this place in the stratum, its place in the row the last.
  std::vector<std::int64_t> options_at(std::uint64_t place) const;

 private:
  void join_slots(Term& term, std::size_t first);

  const Evaluator& evaluator_;
  const bool joins_;
  const StratumTables* tables_ = nullptr;
  std::vector<std::int64_t> options_;
  StratumTables joined_;
  std::list<std::vector<double>> store_;  // what joined_ points to
};

}  // namespace flash
