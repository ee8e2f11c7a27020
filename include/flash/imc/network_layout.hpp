// A network on the chip: its matrices on tiles, and the data that flow between these.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/hardware/layer_form.hpp"
#include "flash/hardware/tiling.hpp"
#include "flash/imc/mesh.hpp"
#include "flash/network/network_graph.hpp"

namespace flash {

// One convolution with its tiles. Layers take tiles in the order in which they run; the tiles of one
// convolution are numbered column tile by column tile, so that the partial sums of a column tile pass from
// neighbour to neighbour and end in its last row tile.
struct PlacedConvolution {
  std::size_t cell = 0;
  int index = 0;  // of the layer within the cell; the head's is the cell's depth
  int part = 0;   // 0; 0, 1, 2 in a depthwise block
  Convolution convolution;
  Mapping mapping;
  int first_tile = 0;
  Tiling tiling;               // as it lies on the tiles: the chip's, but for what is pruned
  std::int64_t kept_rows = 0;  // of in * taps
  std::int64_t kept_out = 0;   // of the output channels
  std::int64_t copies = 1;     // of all its tiles, one behind the other, each with its share of the positions

  std::int64_t all_tiles() const { return copies * mapping.tiles; }
  std::int64_t band() const { return (convolution.positions + copies - 1) / copies; }  // of a copy, at most
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
  // `forms`: of the network's layers, as check_forms wants them; none: dense, of the chip's bits. A layer has the cells
  // of its own bits, at most the chip's (what is rebuilt from powers of two has those), and of its crossbars only so many
  // as its kept rows and filters need: it lies as a dense one would on crossbars with 1 / rows_kept times the rows and 1 /
  // filters_kept times the columns; of a depthwise one filters alone count. Weights pruned one by one free nothing. All
  // activations are sent as of a dense network, though rows that read them may be pruned [ours].
  // `copies`: of each convolution, >= 1; none: one each. A copy works on a band of the image's positions and is sent what of
  // its sources' bands lies in it; what bands that meet both need at their edges is not counted [ours].
  // Throws Error bad_job where the network needs more than max_tiles tiles.
  // Partial sums: chain: from each row tile to the next. tree [ours]: in pairs, pairs of pairs, ... to the last one.
  enum class PartialSums { chain, tree };
  NetworkLayout(const Tiling& tiling, NetworkGraph graph, std::span<const LayerForm> forms = {},
                PartialSums sums = PartialSums::chain, std::span<const std::int64_t> copies = {});

  const std::vector<PlacedConvolution>& convolutions() const { return convolutions_; }
  std::int64_t tiles() const { return tiles_; }

  // Activations go once from each tile that holds some of them to each tile that needs them, and stay in
  // its buffer. The image comes in at tile 0. What is added to a convolution's result, or scales it, comes to the tiles
  // that hold the result. Reuses the memory of `flows`.
  void flows_into(std::size_t convolution, LayerFlows& flows) const;

  static constexpr std::int64_t max_tiles = 1 << 20;

 private:
  // Channels that lie in one tile, in the order in which the reader's rows take them.
  struct Source {
    int tile = 0;
    std::int64_t channels = 0;
    std::int64_t copies = 1;  // of that tile
    int stride = 0;           // from one copy to the next
  };
  void place(const Convolution& convolution, const NetworkGraph::Node& node, const LayerForm* form,
             std::int64_t copies);
  // To each of the tiles of the reader's first copy, and what of it the other copies need to theirs.
  void send(const Source& source, const PlacedConvolution& reader, std::span<const int> to, std::int64_t bits,
            bool same, LayerFlows& result) const;
  // Adds those of a value that hold its channels, or of these the columns, ascending.
  void add_sources(NetworkGraph::Value value, const std::vector<int>& columns,
                   std::vector<Source>& sources) const;
  // What a convolution's result is combined with, to the tiles that hold it.
  void add_operands(std::size_t convolution, LayerFlows& result) const;

  // The row tile that takes the partial sums of one that is not the last.
  std::int64_t adds_to(std::int64_t row, std::int64_t rows) const;

  Tiling tiling_;
  PartialSums sums_;
  NetworkGraph graph_;
  std::vector<PlacedConvolution> convolutions_;
  std::vector<NetworkGraph::Value> values_;  // that the convolutions put out
  std::vector<std::size_t> of_value_;        // the convolution of each value that is one's
  std::vector<std::vector<NetworkGraph::Value>>
      combined_;  // of each convolution: adds and scales of its result
  std::int64_t tiles_ = 0;
};

}  // namespace flash
