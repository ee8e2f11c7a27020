// A compressed network as the plain steps of its inference, from which files for other runtimes are written.
#pragma once

#include "flash/fcn/compressed_network.hpp"
#include "flash/train/inference_graph.hpp"

namespace flash {

// What was pruned is 0. Norms that follow a convolution alone are folded into it; weights in levels keep their step, a
// row's own where a norm was folded in. Throws Error bad_data where it puts features, which have no side, where such
// files want an activation.
InferenceGraph inference_graph(const CompressedNetwork& network);

}  // namespace flash
