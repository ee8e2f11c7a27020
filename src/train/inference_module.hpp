// An exported file as its users run it where speed counts.
#pragma once

#include <c10/core/Device.h>
#include <torch/csrc/jit/api/module.h>

#include <string>

namespace flash {

// Reads a TorchScript file's bytes and prepares it as data/targets/README.md tells users to and measure.py
// does: torch.jit.optimize_for_inference, which freezes it and gives oneDNN convolutions, their weights in
// oneDNN's own layout. On another device than the processor it is frozen alone: the rest is for oneDNN.
torch::jit::Module load_for_inference(const std::string& file, const at::Device& device);

}  // namespace flash
