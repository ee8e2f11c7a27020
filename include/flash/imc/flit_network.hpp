// The mesh network flit by flit, as a check on formulas of how long it takes (contention.hpp).
//
// Routers as those of BookSim 2 (N. Jiang et al., ISPASS 2013, its iq_router): five ports with buffers for each
// virtual channel, credits, and a pipeline of four stages of one cycle (route, allocate a channel, allocate the
// switch, cross it), then a cycle on the link. Channels are handed out in turn, the switch by one iteration of
// iSLIP (N. McKeown 1999). XY routes; a channel belongs to a packet until its last flit has left.
#pragma once

#include <cstdint>
#include <span>

#include "flash/imc/mesh.hpp"

namespace flash {

struct RouterSettings {
  int vcs = 8;           // virtual channels of a port, 1 .. 64
  int depth = 4;         // flits that each holds, at least 1
  int stages = 4;        // of the pipeline, at least 1; a flit takes so many cycles through an empty router
  int packet_flits = 1;  // at least 1; a flow's last packet may be shorter
  // Flows of one value from one tile travel shared links once; routers copy their flits.
  bool multicast = false;
};

struct FlitDrain {
  std::int64_t cycles = 0;     // from the first flit's leaving its tile to the last one's arrival
  std::int64_t flit_hops = 0;  // over links between routers
};

// All flows at once: each tile sends its own in turn, a packet of each, one flit a cycle. The same arguments
// give the same result. Takes about a microsecond a flit and hop. Throws Error bad_job where flits wait for
// each other for ever: packets of several flits that are copied on their way can.
FlitDrain drain_flits(const Mesh& mesh, std::span<const Flow> flows, const RouterSettings& settings);

}  // namespace flash
