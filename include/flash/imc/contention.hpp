// How long the mesh takes for a phase's flows, all sent at once: by formula or flit by flit.
#pragma once

#include <cstdint>
#include <span>

#include "flash/imc/design.hpp"
#include "flash/imc/mesh.hpp"

namespace flash {

// The busiest link's flits and what contention adds to them, each at cycles_a_flit, and the first flit of the
// longest route: (hops + 1) * router stages + hops + port cycles. 0 where nothing is sent.
std::int64_t communication_cycles(const ImcDesign& design, const Traffic& traffic);

// The same flit by flit (flit_network.hpp). Throws what drain_flits throws.
std::int64_t exact_communication_cycles(const ImcDesign& design, const Mesh& mesh,
                                        std::span<const Flow> flows);

// Cycles that a router of few or shallow virtual channels takes for a flit: a credit comes back after
// stages + 4 cycles, a channel takes a new packet after stages - 1:
//   max(1, (stages + 4) / (vcs * depth), (stages - 1) / vcs)
// which is BookSim 2's with 4 stages [measured with it at 1x1 to 8x4].
double cycles_a_flit(const ImcDesign& design);

}  // namespace flash
