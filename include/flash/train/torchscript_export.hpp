// A network as a TorchScript file: torch.jit.load reads it in Python and C++, without flash.
#pragma once

#include <string>

#include "flash/train/inference_graph.hpp"

namespace flash {

// The file's bytes, a function of the graph alone. The module's forward(x) takes float images N x C x H x W
// of any N to logits N x classes. Weights are its parameters, channel numbers of gathers its buffers.
std::string torchscript_file(const InferenceGraph& graph);

}  // namespace flash
