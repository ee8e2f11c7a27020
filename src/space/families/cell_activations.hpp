// What lives at once in a cell, at each tc. Internal to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cells.hpp"
#include "flash/network/live_memory.hpp"

namespace flash {

// The activations of one cell, as values and steps. Which channels a layer gathers is drawn by chance, so that
// each output of layers 0 .. i-2 is held for layer i whether the draw needs it or not: the peak holds for
// every draw. Without skips a layer reads the one before in place. With them only the sizes of what layers
// gather depend on tc, not the steps.
class CellActivations {
 public:
  CellActivations(const Cells& cells, ShapeView shape, std::size_t cell, bool skips);
  std::int64_t peak(int tc);

 private:
  struct Gather {
    std::size_t value;
    int layer;
    std::int64_t pixels;
  };
  std::size_t add(std::int64_t size);
  void run(const Cells::Chain& chain, std::size_t& x);

  int width_;
  std::vector<Step> steps_;
  std::vector<std::int64_t> sizes_;
  std::vector<Gather> gathers_;
  std::optional<Lifetimes> lifetimes_;
};

}  // namespace flash
