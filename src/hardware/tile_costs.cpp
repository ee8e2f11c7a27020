#include "flash/hardware/tile_costs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

namespace flash {
namespace {

struct Member {
  const char* name;
  double TileCosts::*value;
};
constexpr std::array<Member, 16> members{{{"tiles", &TileCosts::tiles},
                                          {"crossbar_reads", &TileCosts::crossbar_reads},
                                          {"read_cells", &TileCosts::read_cells},
                                          {"driven_rows", &TileCosts::driven_rows},
                                          {"conversions", &TileCosts::conversions},
                                          {"buffer_bits", &TileCosts::buffer_bits},
                                          {"compute_cycles", &TileCosts::compute_cycles},
                                          {"copied_cycles", &TileCosts::copied_cycles},
                                          {"held_cycles", &TileCosts::held_cycles},
                                          {"held_loads", &TileCosts::held_loads},
                                          {"bus_bits", &TileCosts::bus_bits},
                                          {"load_bits", &TileCosts::load_bits},
                                          {"flits", &TileCosts::flits},
                                          {"partial_flits", &TileCosts::partial_flits},
                                          {"port_flits", &TileCosts::port_flits},
                                          {"spread_flits", &TileCosts::spread_flits}}};

double real(std::int64_t count) { return static_cast<double>(count); }

// To a multiple of 2^-10.
double rounded(double flits) { return std::round(flits * 1024) / 1024; }

// Flits for so many bits, on average over long flows: not rounded up.
double flits(const Tiling& tiling, std::int64_t bits) {
  const double data = real(bits) / tiling.link_bits;
  return rounded(tiling.packet_flits == 1 ? data : data * tiling.packet_flits / (tiling.packet_flits - 1.0));
}

}  // namespace

TileCosts& TileCosts::operator+=(const TileCosts& other) {
  for (const Member& member : members) this->*member.value += other.*member.value;
  return *this;
}

double load_bits(const Tiling& tiling, const Convolution& convolution, std::int64_t rows, std::int64_t out) {
  const std::int64_t results = std::max<std::int64_t>(1, tiling.columns() / tiling.cells_per_weight());
  return real(convolution.positions) * tiling.activation_bits *
         real(std::min(rows, tiling.rows()) + std::min(out, results));
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
  costs.copied_cycles =
      std::ceil(real(convolution.positions) / real(copies_in_tiles(tiling, convolution, mapping))) *
      tiling.activation_bits * real(tiling.read_cycles());
  costs.bus_bits = reads * real(convolution.in * convolution.taps + convolution.out);
  costs.load_bits =
      rounded(load_bits(tiling, convolution, convolution.in * convolution.taps, convolution.out));
  costs.held_cycles = costs.copied_cycles * costs.tiles;
  costs.held_loads = costs.load_bits * costs.tiles;
  costs.partial_flits = real(mapping.row_tiles - 1) * real(convolution.out) * partial;
  costs.flits = real(convolution.in) * copies * channel + costs.partial_flits;
  costs.port_flits = real(first_row.last - first_row.first) * channel +
                     real(first_column.last - first_column.first) * partial;
  costs.spread_flits = rounded(std::sqrt(real(convolution.in) * columns) * channel);
  return costs;
}

std::span<const std::string> TileQuantities::names() const {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Member& member : members) list.emplace_back(member.name);
    return list;
  }();
  return names;
}

void TileQuantities::add(const Operator& op, std::span<double> sums) const {
  const std::optional<Convolution> convolution = convolution_of(op);
  if (!convolution) return;
  const TileCosts costs = tile_costs(tiling_, *convolution);
  for (std::size_t q = 0; q < members.size(); ++q) sums[q] += costs.*members[q].value;
}

}  // namespace flash
