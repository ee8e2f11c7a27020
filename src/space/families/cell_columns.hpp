// What a cell costs at each of its options, whatever its depth, in constant time each.
#pragma once

#include <map>
#include <vector>

#include "cells.hpp"

namespace flash {

// The layers of a cell of one width are worked out once for all depths: from layer 2 on each reads either all
// channels before it, and the sums of these are kept, or tc, and they are then alike.
class CellColumns : public SlotColumns {
 public:
  CellColumns(const Cells& cells, const Quantities& quantities) : cells_(cells), quantities_(quantities) {}
  Column column(ShapeView shape, std::size_t slot, std::size_t quantity) override;

 private:
  using Sums = std::vector<double>;  // [q]: of quantity q
  struct Layers {
    std::vector<std::size_t> below;  // [i]: how many options have a tc less than i times the width
    std::vector<Sums> full;          // [i]: of layers 0 .. i-1 together, each reading all that it can
    std::vector<Sums> skipping;      // [q][k]: of a layer that reads the tc of option k
    std::vector<Sums> last;          // [q][k]: of the last layer, where that differs from the others
    Sums head;
  };
  const Layers& layers_of(ShapeView shape, std::size_t cell);
  Layers work_out(ShapeView shape, std::size_t cell) const;

  const Cells& cells_;
  const Quantities& quantities_;
  std::map<std::pair<int, std::size_t>, Layers> known_;  // of a position of wm, a cell
};

}  // namespace flash
