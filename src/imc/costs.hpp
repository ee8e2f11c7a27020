// What the work and the parts of a design cost; internal to the room.
#pragma once

#include "flash/imc/simulate.hpp"

namespace flash {

// A design's constants, scaled to its node, each in the unit of the result.
class ImcCosts {
 public:
  explicit ImcCosts(const ImcDesign& design);

  // Dynamic energy of one convolution, leakage 0.
  Energy energy(const PlacedConvolution& placed, const LayerFlows& flows, const Traffic& traffic) const;
  // Leakage of the whole chip while one convolution runs on `working` of its `tiles`.
  double leakage_mj(std::int64_t cycles, std::int64_t working, std::int64_t tiles) const;
  Area area(const Mesh& mesh) const;
  double milliseconds(std::int64_t cycles) const;
  // Of so many bits through routers and along links between neighbours.
  double wires_mj(double router_bits, double link_bits) const;

 private:
  ImcDesign design_;
  double energy_scale_;  // fJ at the reference node -> mJ
  double area_scale_;    // um2 at the reference node -> mm2
};

// Until the last of a layer's flits is there.
std::int64_t communication_cycles(const ImcDesign& design, const Traffic& traffic);

}  // namespace flash
