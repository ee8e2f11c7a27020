// What an exported network computes, through the TorchScript file that is written of it.
#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <sstream>

#include "flash/train/torchscript_export.hpp"

namespace flash {

inline at::Tensor run_torchscript(const InferenceGraph& graph, const at::Tensor& images) {
  const at::NoGradGuard no_grad;
  std::istringstream bytes(torchscript_file(graph));
  torch::jit::Module module = torch::jit::load(bytes);
  return module.forward({images}).toTensor();
}

}  // namespace flash
