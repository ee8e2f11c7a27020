// What operators cost on tiles, as quantities that are sums over them: the features of the
// imc target. They come from shapes alone: no places on the mesh, no random skips.
#pragma once

#include <string>

#include "flash/hardware/tiling.hpp"
#include "flash/network/counts.hpp"

namespace flash {

// Counts for one image; doubles, since the largest networks exceed 63 bits. None falls when tc grows. Flits
// are multiples of 2^-10, so that sums of all but absurdly large networks are exact, in whatever order they
// are formed.
struct TileCosts {
  double tiles = 0;
  double crossbar_reads = 0;  // a crossbar with weights, a position, a bit of the activations
  double read_cells = 0;      // cells in these
  double driven_rows = 0;     // rows in these
  double conversions = 0;     // columns in these
  double buffer_bits = 0;     // that tiles read for their rows
  double compute_cycles = 0;  // without the pipeline's, which are the same for every layer
  double copied_cycles = 0;   // the same, where copies of the weights share the positions
  double held_cycles = 0;     // copied_cycles times the tiles that they keep busy
  double held_loads = 0;      // load_bits likewise
  double bus_bits = 0;        // activations of all rows and results, at every position
  double load_bits = 0;       // of them those that one tile waits for
  double flits = 0;           // activations to all tiles that need them, and partial sums
  double partial_flits = 0;   // of those, partial sums
  // Flits through the port of the first tile of each convolution: what a network without contention waits
  // for.
  double port_flits = 0;
  // sqrt(input channels * column tiles) times the flits of a channel: flows to many tiles spread over links
  // whose number grows with the side of the square that they come from.
  double spread_flits = 0;

  TileCosts& operator+=(const TileCosts& other);
  bool operator==(const TileCosts&) const = default;
};

// Bits that a bus brings to a tile and takes from it, of a layer of so many rows and results: its tiles are served at once,
// and those side by side read the same.
double load_bits(const Tiling& tiling, const Convolution& convolution, std::int64_t rows, std::int64_t out);

TileCosts tile_costs(const Tiling& tiling, const Convolution& convolution);

// The members of TileCosts by their names, in their order.
class TileQuantities : public Quantities {
 public:
  explicit TileQuantities(const Tiling& tiling) : tiling_(tiling) {}
  std::span<const std::string> names() const override;
  void add(const Operator& op, std::span<double> sums) const override;

 private:
  Tiling tiling_;
};

}  // namespace flash
