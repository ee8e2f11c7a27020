// How layers lie on the tiles of an in-memory-computing accelerator: the arithmetic that the imc simulator
// and the analytic features share ([group] figures as defaults).
#pragma once

#include <cstdint>
#include <optional>

#include "flash/core/json.hpp"
#include "flash/network/operator.hpp"

namespace flash {

// What decides tiles, reads and flits. A target's registry of parameters gives ranges and sources. Fitted
// models carry a copy, so that their features can be formed without the target's file.
struct Tiling {
  int crossbar_rows = 256;
  int crossbar_columns = 256;
  int tile_rows = 4;     // crossbars one below the other
  int tile_columns = 4;  // crossbars side by side
  int cell_bits = 1;
  int weight_bits = 8;
  int activation_bits = 8;  // applied one bit a read
  int partial_sum_bits = 16;
  int columns_per_adc = 8;
  int adc_cycles = 1;    // clock cycles a conversion
  int link_bits = 32;    // of a flit
  int packet_flits = 1;  // from 2 on the first flit of a packet holds its address and no data
  bool operator==(const Tiling&) const = default;

  std::int64_t rows() const { return std::int64_t{crossbar_rows} * tile_rows; }  // word lines of a tile
  std::int64_t columns() const { return std::int64_t{crossbar_columns} * tile_columns; }
  int cells_per_weight() const { return (weight_bits + cell_bits - 1) / cell_bits; }
  std::int64_t read_cycles() const { return std::int64_t{columns_per_adc} * adc_cycles; }
  std::int64_t flits(std::int64_t bits) const;  // that carry so many bits from one tile to another
};

Json to_json(const Tiling& tiling);
Tiling tiling_from_json(
    const Json& json);  // throws Error bad_data: a missing key, a value outside 1 .. 65536

// One matrix that is written into crossbars: a convolution or a linear layer. Row k * taps + p holds the
// weights of input channel k at kernel position p; a weight's cells lie side by side in one row.
struct Convolution {
  std::int64_t in = 0;         // channels
  std::int64_t out = 0;        // channels
  std::int64_t taps = 1;       // rows an input channel: 9 of a 3x3 kernel
  std::int64_t values = 1;     // values of one input channel that are sent to this layer
  std::int64_t positions = 1;  // results of one output channel: how often the matrix is applied
  bool depthwise = false;      // output channel k reads input channel k alone
};

// The matrix of an operator; nothing where it has none. A linear operator that reads an image has a row for
// each value of it.
std::optional<Convolution> convolution_of(const Operator& op);

// Where a convolution lies. Its tiles form row_tiles x column_tiles and hold nothing else.
//
// Regular: tiles = ceil(in * taps / tile rows) * ceil(out * cells a weight / tile columns).
// Depthwise: a channel's `taps` rows feed its own columns alone, so channels lie along a diagonal, as many a
// crossbar as its rows and its columns both hold; a tile's crossbars are then filled one after the other:
// row_tiles = 1, and column tile j holds both inputs and outputs of its channels.
struct Mapping {
  Mapping(const Tiling& tiling, const Convolution& convolution);

  std::int64_t row_tiles = 1;
  std::int64_t column_tiles = 1;
  std::int64_t tiles = 1;         // row_tiles * column_tiles
  std::int64_t crossbars = 1;     // of those in the tiles, the ones that hold weights
  std::int64_t weight_cells = 0;  // that hold weights
  // At each position and bit of the activations, over all crossbars:
  std::int64_t driven_rows = 0;
  std::int64_t read_cells = 0;         // on a driven row and a column that is read
  std::int64_t conversions = 0;        // columns, each digitised
  std::int64_t channels_per_tile = 0;  // depthwise: of a tile; else 0

  double utilisation(const Tiling& tiling) const {  // weight cells / cells of the tiles
    return static_cast<double>(weight_cells) /
           (static_cast<double>(tiles) * static_cast<double>(tiling.rows()) *
            static_cast<double>(tiling.columns()));
  }
};

// The channels [first, last) that row tile `tile` reads; a channel whose rows lie in two tiles is in both.
struct ChannelRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
};
// Copies of a convolution's weights that fit into its own tiles, whose crossbars it leaves empty: side by side and one
// below the other, at most one a position. Falls where rows or columns grow.
std::int64_t copies_in_tiles(const Tiling& tiling, const Convolution& convolution, const Mapping& mapping);

ChannelRange input_channels(const Tiling& tiling, const Convolution& convolution, const Mapping& mapping,
                            std::int64_t tile);
// The output channels whose first column lies in column tile `tile`: that tile sends them on.
ChannelRange output_channels(const Tiling& tiling, const Convolution& convolution, const Mapping& mapping,
                             std::int64_t tile);

}  // namespace flash
