// The settings that dense-cells and mlp-cells share [group], [ours].
#pragma once

#include <string>
#include <vector>

#include "flash/space/geometry/definition.hpp"

namespace flash {

enum class Block { regular, depthwise };   // of dense-cells: 3x3 convolution, or 1x1 - 3x3 depthwise - 1x1
enum class DepthMode { equal, separate };  // one depth for all cells, or one a cell

// tc takes min, min + step, ... up to max, each cell's max being at most w * (d - 2): what its last layer can
// read.
struct SkipRange {
  int min = 0;
  int max = -1;  // -1: as many as the cell has, w * (d - 2)
  int step = 1;
  bool operator==(const SkipRange&) const = default;
};

// A space of cells, as C++ programs write it: a SpaceDefinition by its fields.
struct CellSpace {
  // Or "mlp-cells", which has one cell and reads channels * side^2 values.
  std::string family = "dense-cells";
  Block block = Block::regular;         // of dense-cells
  bool head_norm = true;                // batch norm and ReLU before the head of dense-cells [ours]
  std::vector<int> widths{16, 32, 64};  // channels of each cell at width multiplier 1
  std::vector<int> wm{1, 2, 3};         // width multipliers, ascending; width * wm <= 65536
  std::vector<int> depths;              // layers of a cell, ascending, 3 .. 10000
  DepthMode depth_mode = DepthMode::equal;
  SkipRange skips;
  Input input;

  operator SpaceDefinition() const;
  // Throws Error bad_data where a setting is missing or of another type.
  static CellSpace from(const SpaceDefinition& definition);
};

}  // namespace flash
