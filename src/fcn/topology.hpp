// The graph of a network in a few bytes a node.
#pragma once

#include "bytes.hpp"
#include "flash/network/network_graph.hpp"

namespace flash {

void write_topology(const NetworkGraph& graph, ByteWriter& out);
// Throws Error bad_data where no graph comes of it.
NetworkGraph read_topology(ByteReader& in);

}  // namespace flash
