// What the nodes of a network are called where it is written down to be read.
#pragma once

#include <string>
#include <vector>

#include "flash/network/network_graph.hpp"

namespace flash {

// Of each node "slot0_layer2_conv", or "slot0_layer2_conv1" where its layer has several of the kind; "" where no
// logit rests on the node.
std::vector<std::string> layer_names(const NetworkGraph& graph);

}  // namespace flash
