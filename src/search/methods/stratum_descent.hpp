// Hierarchical SHGO's local search among the skips of one stratum. Internal to the room.
#pragma once

#include "coordinates.hpp"

namespace flash {

// A compass search on the lattice of the cells' options by the rule of better(), so that it first becomes
// feasible and then climbs. Strides double while they help and halve when none does. Good configurations
// often lie on the edge of the feasible region, where single moves fail: there a move in one cell that breaks
// a constraint is made good by the smallest opposite move in another that repairs it. Ends where no neighbour
// at distance one, pairs included, is better, or out of
// evaluations.
class StratumDescent {
 public:
  StratumDescent(Tracker& tracker, const Stratum& stratum) : tracker_(tracker), stratum_(stratum) {}
  Options run(Options start, std::uint64_t evaluations);  // about so many new ones at most

 private:
  Options& trial();  // a copy of here_, to be changed and accepted or not
  bool accept(const Options& candidate);
  bool axes();
  bool pairs();
  bool slide(std::size_t i, std::int64_t stride, std::size_t j);
  bool shrink();
  std::int64_t last(std::size_t c) const { return stratum_.options[c] - 1; }

  Tracker& tracker_;
  const Stratum& stratum_;
  Options here_;
  Options trial_;
  Evaluation worth_;
  Options strides_;
  std::uint64_t last_evaluation_ = 0;
};

}  // namespace flash
