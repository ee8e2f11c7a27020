// Level 2 of hierarchical SHGO: the cells' skips within one stratum. Internal to the room.
#pragma once

#include <unordered_map>

#include "coordinates.hpp"

namespace flash {

// A configuration of a stratum and its worth.
struct Spot {
  Options options;
  Evaluation worth;
};

// A simplicial sample of a box of skips says little where costs rise in steps (a tile more) and bounds cut
// the box: what is good lies just before a step in some cells, on the bounds in another. So samples are taken
// there: all but one cell at their corners, that one "fitted": at as little or as much as the bounds let it.
//
// Each member that searches starts at a spot of the stratum and moves it to a better one, if it finds one.
class StratumSearch {
 public:
  // `floor`: the NN-Degree that the accuracy asked for takes; where NN-Degree does not help it means nothing.
  StratumSearch(Tracker& tracker, double floor) : tracker_(tracker), floor_(floor) {}

  // A sample of the box's ends: what the stratum may be worth, roughly.
  void survey(const Stratum& stratum, Spot& spot);
  // A sample of corners and a descent (StratumDescent), by turns while that helps; where nothing is feasible
  // yet, along the bounds too.
  void climb(const Stratum& stratum, Spot& spot);
  // From afar: a coarse grid of two cells, a third one fitted, and along the bounds from the best of it.
  bool scout(const Stratum& stratum, Spot& spot);
  // Where nothing feasible has been found: whether there is a third option for any of many pairs of options.
  void scan(const Stratum& stratum, Spot& spot);
  // The same to the end: two cells at a time at any of their corners, and along each bound.
  void comb(const Stratum& stratum, Spot& spot);

 private:
  using Corners = std::vector<const Options*>;  // of each cell
  // Options of a cell before which a metric is flat next to the step after, and both ends. They ascend.
  const Options& corners(const Stratum& stratum, std::size_t cell);
  Corners corners(const Stratum& stratum);

  struct Effort {
    std::size_t pairs;  // of two cells' corners that are all taken; of more, those with one as it is
    bool along_bounds;
    std::uint64_t evaluations;  // of a descent, at most
  };
  bool climb(const Stratum& stratum, Spot& spot, const Effort& effort);
  void sample(const Stratum& stratum, Spot& spot, const Corners& corners, std::size_t most_pairs);
  void sample(const Stratum& stratum, Spot& spot, const Corners& corners, std::size_t fitted, std::size_t i,
              std::size_t j, std::size_t most_pairs);
  // The same with two cells fitted, to the floor and to a ceiling.
  bool pin_all(const Stratum& stratum, Spot& spot, Options& at, std::size_t free);
  bool pin(const Stratum& stratum, Spot& spot, Options& at, std::size_t climbing, std::size_t fitted,
           Metric metric);
  bool follow_bound(const Stratum& stratum, Spot& spot, std::size_t fitted);
  bool follow_bounds(const Stratum& stratum, Spot& spot, std::size_t free);
  // The least option of a cell that keeps the floor, and the largest that keeps the ceilings, with the others
  // as they are; one past the last, and -1, where there is none. Both may be off by a fraction of `slack`.
  struct Room {
    std::int64_t least, most;
  };
  Room room(const Stratum& stratum, Options& at, std::size_t cell, double slack = 0);
  // Whether the cell, at the least or the largest option that keeps floor and ceilings with the others at
  // `at`, makes a better spot.
  bool fit(const Stratum& stratum, Spot& spot, Options& at, std::size_t cell);
  void scout(const Stratum& stratum, Spot& spot, std::size_t fitted, std::size_t i, std::size_t j);
  void scan(const Stratum& stratum, Spot& spot, std::size_t fitted, std::size_t i, std::size_t j);
  bool offer(const Stratum& stratum, Spot& spot, const Options& at);

  Tracker& tracker_;
  double floor_;
  std::unordered_map<const double*, Options> corners_;  // by the cell's table of NN-Degree
};

}  // namespace flash
