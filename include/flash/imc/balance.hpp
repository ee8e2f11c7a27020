// Whole layers again on the chip, so that a pipeline waits for no slow one (tile.duplicate = balance).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/imc/simulate.hpp"

namespace flash {

struct Balance {
  std::vector<std::int64_t> copies;  // of each convolution, >= 1, at most its positions
  bool over_limit = false;           // too large without a copy: all are 1
};

// The slowest layer gets a copy of all its tiles, then the one that is slowest now, and so on while the chip's area
// stays within the limit; of these chips the first one with the shortest interval [ours]. Up to 2,048 tiles each of them is
// looked at whole, mesh and all, beyond one for each tenth of the tiles that comes. Tiles in order, traffic by formula.
//
// No choice of copies within the limit has a shorter interval, where a layer's time falls with its own copies and hangs
// on the others' by the number of tiles alone, with which it does not fall: one that had would need, of each layer in
// turn that was the slowest, more copies than this had then, so at least all copies ever given, and the one that did not
// fit. Computing and loading are such; the mesh is not, and what it takes may leave the answer off the best.
Balance balanced(const ImcDesign& design, const NetworkGraph& graph, std::span<const LayerForm> forms = {});

// The network with so many copies of each convolution, whatever design.duplicate says of whole ones; none: one each.
ImcReport simulate_copies(const ImcDesign& design, NetworkGraph graph, std::span<const LayerForm> forms,
                          const ImcOptions& options, std::span<const std::int64_t> copies);

}  // namespace flash
