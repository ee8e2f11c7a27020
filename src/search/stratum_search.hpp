// Level 2 of hierarchical SHGO: the cells' skips within one stratum. Internal to the room.
#pragma once

#include <unordered_map>

#include "coordinates.hpp"

namespace flash {

// The simplicial sample of a box of skips says little where costs rise in steps (a tile more) and bounds cut
// the box: what is good lies just before a step in some cells, on the bounds in another. So the sample is
// taken there: all but one cell at their corners, that one by as little or as much as the bounds want. From
// the best of the sample a descent (StratumDescent), and so on by turns while that helps.
class StratumSearch {
 public:
  // `floor`: the NN-Degree that the accuracy asked for takes; where NN-Degree does not help it means nothing.
  StratumSearch(Tracker& tracker, double floor) : tracker_(tracker), floor_(floor) {}

  // From a start to the best that was met on the way.
  Options run(const Stratum& stratum, Options start);

 private:
  // Options of a cell before which a metric is flat next to the step after, and both ends. They ascend.
  const Options& corners(const Stratum& stratum, std::size_t cell);
  void sample(const Stratum& stratum, const Options& around);
  void sample_pair(const Stratum& stratum, Options at, std::size_t i, std::size_t j, std::size_t fitted);
  // The cell at the least and the largest option that keep floor and ceilings with the others as they are.
  void fit(const Stratum& stratum, Options& at, std::size_t cell);
  void offer(const Stratum& stratum, const Options& at);

  Tracker& tracker_;
  double floor_;
  std::unordered_map<const double*, Options> corners_;  // by the cell's table of NN-Degree
  Options best_options_;
  Evaluation best_;
};

}  // namespace flash
