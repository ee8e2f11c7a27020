// A network on the chip: its matrices on tiles, and the data that flow between these.
#pragma once

#include <cstdint>
#include <vector>

#include "flash/hardware/tiling.hpp"
#include "flash/imc/mesh.hpp"

namespace flash {

// One convolution with its tiles. Layers take tiles in the order in which they run; the tiles of one
// convolution are numbered column tile by column tile, so that the partial sums of a column tile pass from
// neighbour to neighbour and end in its last row tile.
struct PlacedConvolution {
  Layer layer;   // of the head: the last layer's cell, index = that cell's depth
  int part = 0;  // 0; 0, 1, 2 in a depthwise block
  Convolution convolution;
  Mapping mapping;
  int first_tile = 0;

  int tile(std::int64_t row, std::int64_t column) const {
    return first_tile + static_cast<int>(column * mapping.row_tiles + row);
  }
};

// What one convolution receives, and what its tiles tell each other.
struct LayerFlows {
  std::vector<Flow> flows;
  std::int64_t activation_bits = 0;   // delivered, copies counted
  std::int64_t partial_sum_bits = 0;  // passed on
};

class NetworkLayout {
 public:
  // `seed` draws the channels that skips take. Throws Error bad_job where the network needs more than
  // max_tiles tiles.
  NetworkLayout(const Tiling& tiling, const Space& space, const Configuration& configuration,
                std::uint64_t seed);

  const std::vector<PlacedConvolution>& convolutions() const { return convolutions_; }
  std::int64_t tiles() const { return tiles_; }

  // Activations go once from each tile that holds some of them to each tile that needs them, and stay in
  // its buffer. The image comes in at tile 0. Reuses the memory of `flows`.
  void flows_into(std::size_t convolution, LayerFlows& flows) const;

  static constexpr std::int64_t max_tiles = 1 << 20;

 private:
  // Channels that lie in one tile, in the order in which the reader's rows take them.
  struct Source {
    int tile = 0;
    std::int64_t channels = 0;
  };
  void place(const Convolution& convolution, const Layer& layer, int part);
  void add_outputs(const PlacedConvolution& placed, std::vector<Source>& sources) const;
  std::vector<Source> sources_of(std::size_t convolution) const;

  Tiling tiling_;
  std::uint64_t seed_;
  std::vector<PlacedConvolution> convolutions_;
  std::vector<std::vector<std::size_t>> outputs_;  // a cell and layer: the convolution that puts it out
  std::int64_t tiles_ = 0;
};

}  // namespace flash
