#include "flash/hardware/tile_costs.hpp"

#include <algorithm>
#include <cmath>

namespace flash {
namespace {

double real(std::int64_t count) { return static_cast<double>(count); }

// Flits for so many bits, on average over long flows: not rounded up.
double flits(const Tiling& tiling, std::int64_t bits) {
  const double data = real(bits) / tiling.link_bits;
  return tiling.packet_flits == 1 ? data : data * tiling.packet_flits / (tiling.packet_flits - 1.0);
}

TileCosts layer_tile_costs(const Tiling& tiling, const SpaceDefinition& space, const Layer& layer) {
  TileCosts costs;
  for (const Convolution& convolution : convolutions_of(space, layer))
    costs += tile_costs(tiling, convolution);
  return costs;
}

}  // namespace

TileCosts& TileCosts::operator+=(const TileCosts& other) {
  tiles += other.tiles;
  crossbar_reads += other.crossbar_reads;
  read_cells += other.read_cells;
  driven_rows += other.driven_rows;
  conversions += other.conversions;
  buffer_bits += other.buffer_bits;
  compute_cycles += other.compute_cycles;
  flits += other.flits;
  partial_flits += other.partial_flits;
  port_flits += other.port_flits;
  spread_flits += other.spread_flits;
  return *this;
}

TileCosts tile_costs(const Tiling& tiling, const Convolution& convolution) {
  const Mapping mapping(tiling, convolution);
  const double reads = real(convolution.positions) * tiling.activation_bits;
  const double columns = real(mapping.column_tiles);
  const double copies = convolution.depthwise ? 1 : columns;  // tiles that each channel goes to
  // Of one input channel, and of the partial sums of one output channel on one step between row tiles.
  const double channel = flits(tiling, convolution.values * tiling.activation_bits);
  const double partial =
      mapping.row_tiles > 1 ? flits(tiling, convolution.positions * tiling.partial_sum_bits) : 0;
  const ChannelRange first_row = input_channels(tiling, convolution, mapping, 0);
  const ChannelRange first_column = output_channels(tiling, convolution, mapping, 0);

  TileCosts costs;
  costs.tiles = real(mapping.tiles);
  costs.crossbar_reads = reads * real(mapping.crossbars);
  costs.read_cells = reads * real(mapping.read_cells);
  costs.driven_rows = reads * real(mapping.driven_rows);
  costs.conversions = reads * real(mapping.conversions);
  costs.buffer_bits = reads * real(convolution.in * convolution.taps) * copies;
  costs.compute_cycles = reads * real(tiling.read_cycles());
  costs.partial_flits = real(mapping.row_tiles - 1) * real(convolution.out) * partial;
  costs.flits = real(convolution.in) * copies * channel + costs.partial_flits;
  costs.port_flits = real(first_row.last - first_row.first) * channel +
                     real(first_column.last - first_column.first) * partial;
  costs.spread_flits = std::sqrt(real(convolution.in) * columns) * channel;
  return costs;
}

TileCosts cell_tile_costs(const Tiling& tiling, const SpaceDefinition& space, const Stratum& stratum,
                          int cell, int tc) {
  TileCosts sum;
  const std::vector<Layer> layers = cell_layers(space, stratum, cell, tc);
  TileCosts costs;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    // From the layer on that reaches tc, all layers of a cell are alike: most of a search's start-up is here.
    const bool alike = i > 2 && layers[i].in == layers[i - 1].in && layers[i].out == layers[i - 1].out;
    if (!alike) costs = layer_tile_costs(tiling, space, layers[i]);
    sum += costs;
  }
  const bool is_last = static_cast<std::size_t>(cell) + 1 == stratum.cells();
  if (is_last && space.family == Family::dense_cells)
    sum += tile_costs(tiling, head_convolution(space, layers.back()));
  return sum;
}

}  // namespace flash
