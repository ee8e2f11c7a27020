// What the work and the parts of a design cost; internal to the room.
#pragma once

#include "flash/imc/simulate.hpp"
#include "flash/imc/technology.hpp"

namespace flash {

// Bits that the bus brings to a layer's tiles and takes from them: at each position all rows' activations and all results.
std::int64_t bus_bits(const ImcDesign& design, const PlacedConvolution& placed);

// A design's constants, scaled to its node, each in the unit of the result.
class ImcCosts {
 public:
  explicit ImcCosts(const ImcDesign& design);

  // Dynamic energy of one convolution on a chip of this side, leakage 0.
  Energy energy(const PlacedConvolution& placed, const LayerFlows& flows, const Traffic& traffic,
                double side_mm) const;
  double leakage_mw(std::int64_t working, std::int64_t tiles) const;
  // Leakage of the whole chip while one convolution runs on `working` of its `tiles`.
  double leakage_mj(std::int64_t cycles, std::int64_t working, std::int64_t tiles) const;
  Area area(const Mesh& mesh) const;
  // Cycles of computing one convolution, with so many copies of its weights in its tiles.
  std::int64_t compute_cycles(const PlacedConvolution& placed, std::int64_t in_tiles) const;
  // Cycles of the bus for one convolution on a chip of this side; its copies have buses of their own.
  std::int64_t load_cycles(const PlacedConvolution& placed, double side_mm) const;
  double milliseconds(std::int64_t cycles) const;
  // Of so many bits through routers and along links between neighbours.
  double mesh_mj(double router_bits, double link_bits) const;

 private:
  bool is_sram() const { return design_.cell == "sram"; }

  ImcDesign design_;
  TechnologyScale scale_;
  double period_ns_;
};

}  // namespace flash
