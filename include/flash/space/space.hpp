// The space of networks: which configurations there are, and the numbering of all of them.
//
// A space is a list of strata; within a stratum the widths and depths are fixed and the configurations are a
// plain box of integers, one skip setting tc a cell (FLASH.md sections 2 and 3: [group], [ours]).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

enum class Family { dense_cells, mlp_cells };
enum class Block { regular, depthwise };   // of dense-cells: 3x3 convolution, or 1x1 - 3x3 depthwise - 1x1
enum class DepthMode { equal, separate };  // one depth for all cells, or one a cell

// What the networks read and put out. mlp-cells read channels * side * side values.
struct Input {
  int channels = 3;
  int side = 32;  // pixels, square
  int classes = 10;
  bool operator==(const Input&) const = default;
};

// tc takes min, min + step, ... up to max, each cell's max being at most w * (d - 2): what its last layer can
// read.
struct SkipRange {
  int min = 0;
  int max = -1;  // -1: as many as the cell has, w * (d - 2)
  int step = 1;
  bool operator==(const SkipRange&) const = default;
};

struct SpaceDefinition {
  Family family = Family::dense_cells;
  Block block = Block::regular;
  bool head_norm = true;                // batch norm and ReLU before the head [ours]
  std::vector<int> widths{16, 32, 64};  // channels of each cell at width multiplier 1
  std::vector<int> wm{1, 2, 3};         // width multipliers, ascending; width * wm <= 65536
  std::vector<int> depths;              // layers of a cell, ascending, 3 .. 10000
  DepthMode depth_mode = DepthMode::equal;
  SkipRange skips;
  Input input;
  bool operator==(const SpaceDefinition&) const = default;
};

Json to_json(const SpaceDefinition& definition);
SpaceDefinition space_definition_from_json(const Json& json);  // throws Error bad_data

// One network. depths and skips hold one value a cell, also where all depths are equal.
struct Configuration {
  int wm = 1;
  std::vector<int> depths;
  std::vector<int> skips;  // tc of each cell
  bool operator==(const Configuration&) const = default;
};

// The configurations that share width multiplier and depths. The last cell's option varies fastest.
struct Stratum {
  std::size_t index = 0;  // position in Space::strata()
  int wm = 1;
  std::vector<int> depths;            // a cell
  std::vector<int> widths;            // w_c = wm * base width
  std::vector<std::int64_t> options;  // number of tc values of each cell, >= 1
  SkipRange skips;
  std::uint64_t first_id = 0;
  std::uint64_t size = 0;  // product of options

  std::size_t cells() const { return widths.size(); }
  int skip(std::int64_t option) const { return skips.min + static_cast<int>(option) * skips.step; }
};

// Immutable after construction; safe to share between threads.
class Space {
 public:
  // Throws Error bad_job: an empty list, a value out of range, an unreachable skip minimum, an image too
  // small for the number of cells, a size of 2^63 or more.
  explicit Space(SpaceDefinition definition);

  const SpaceDefinition& definition() const { return definition_; }
  std::uint64_t size() const { return size_; }
  std::size_t cells() const { return definition_.widths.size(); }
  const std::vector<Stratum>& strata() const { return strata_; }

  // Configuration <-> id, 0 <= id < size(): position in the order (wm, depths, tc_0, tc_1, ...), last one
  // fastest. Throws Error usage where the id is out of range or the configuration is not in the space.
  const Stratum& stratum_of(std::uint64_t id) const;
  std::vector<std::int64_t> options_of(const Stratum& stratum, std::uint64_t id) const;
  Configuration configuration(std::uint64_t id) const;
  Configuration configuration(const Stratum& stratum, const std::vector<std::int64_t>& options) const;
  std::uint64_t id(const Configuration& configuration) const;
  std::uint64_t id(const Stratum& stratum, std::span<const std::int64_t> options) const;

 private:
  SpaceDefinition definition_;
  std::vector<Stratum> strata_;
  std::uint64_t size_ = 0;
};

}  // namespace flash
