#include "flash/imc/contention.hpp"

#include <algorithm>
#include <cmath>

#include "flash/imc/flit_network.hpp"

namespace flash {

double cycles_a_flit(const ImcDesign& design) {
  const double vcs = design.router_vcs;
  return std::max(
      {1.0, (design.router_stages + 4) / (vcs * design.router_depth), (design.router_stages - 1) / vcs});
}

std::int64_t communication_cycles(const ImcDesign& design, const Traffic& traffic) {
  if (traffic.flits == 0) return 0;
  const double slow = cycles_a_flit(design);
  // What few channels hold back and what waits behind others overlap: the larger counts.
  const double waits = design.contention ? traffic.contended : 0;
  const double busy = std::max(static_cast<double>(traffic.most.flits) * slow, waits);
  return std::llround(busy) + std::int64_t{traffic.longest + 1} * design.router_stages + traffic.longest +
         design.port_cycles;
}

std::int64_t exact_communication_cycles(const ImcDesign& design, const Mesh& mesh,
                                        std::span<const Flow> flows) {
  return drain_flits(mesh, flows,
                     {.vcs = design.router_vcs,
                      .depth = design.router_depth,
                      .stages = design.router_stages,
                      .packet_flits = design.tiling.packet_flits,
                      .multicast = design.multicast})
      .cycles;
}

}  // namespace flash
