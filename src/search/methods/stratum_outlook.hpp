// What a stratum may hold, told from its tables before anything in it is evaluated. Internal to the room.
#pragma once

#include <unordered_map>
#include <vector>

#include "flash/search/degree_window.hpp"
#include "flash/search/evaluator.hpp"

namespace flash {

class StratumOutlook {
 public:
  explicit StratumOutlook(const Evaluator& evaluator);

  double floor() const { return floor_; }  // of NN-Degree, for the accuracy asked for

  // Nothing in the stratum is better: its best NN-Degree with its least metrics.
  Evaluation bound(const Stratum& stratum) const;

  // About the best there is if options could be taken in part: a metric's least value at an NN-Degree is what
  // the cheapest cells' share of it costs, each table's lower convex hull standing for the table (Lagrange's
  // relaxation of a knapsack). Each metric has the cells of its own choice, so that this is rather too good;
  // hulls are taken through a sample of the options and NN-Degrees at a few levels, so that it may also miss
  // by a little. Of a part that is a maximum over cells the least counts. It is the bound itself where a
  // table falls or NN-Degree does not help.
  Evaluation estimate(const Stratum& stratum);

 private:
  // A part of a hull: up to `room` of NN-Degree at `cost` a unit.
  struct Piece {
    double cost = 0;
    double room = 0;
  };
  const std::vector<Piece>& hull(std::span<const double> degrees, std::span<const double> costs);
  double most_rise(Metric metric, const PerMetric<double>& start) const;
  bool ascends(const StratumTables& tables) const;

  const Evaluator& evaluator_;
  double floor_;                                                 // of NN-Degree
  std::unordered_map<const double*, std::vector<Piece>> hulls_;  // by the table of costs
  PerMetric<std::vector<Piece>> pieces_;                         // of one stratum, cheapest first
};

}  // namespace flash
