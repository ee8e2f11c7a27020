// A network as a TorchScript file: torch.jit.load reads it in Python and C++, without flash.
#pragma once

#include <string>

#include "flash/train/inference_graph.hpp"

namespace flash {

// Of the file: an attribute, true. Convolutions of floats on the processor then call oneDNN by name, since
// torch.conv2d takes another way for small inputs of batch 1, which without a good BLAS is ten times slower.
// To be set to false before torch.jit.optimize_for_inference, which converts torch.conv2d alone and gives
// weights in oneDNN's own layout, and where LibTorch has no oneDNN.
inline constexpr const char* calls_onednn = "calls_onednn";

// The file's bytes, a function of the graph alone. The module's forward(x) takes float images N x C x H x W
// of any N to logits N x classes. Weights are its parameters, channel numbers of gathers its buffers.
std::string torchscript_file(const InferenceGraph& graph);

}  // namespace flash
