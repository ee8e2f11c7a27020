#include "inference_module.hpp"

#include <torch/csrc/jit/serialization/import.h>

#include <sstream>

#include "flash/train/torchscript_export.hpp"

namespace flash {

torch::jit::Module load_for_inference(const std::string& file, const at::Device& device) {
  std::istringstream bytes(file);
  torch::jit::Module module = torch::jit::load(bytes, device);
  module.eval();
  if (!device.is_cpu()) return torch::jit::freeze(module);
  module.setattr(calls_onednn, false);  // the optimiser knows plain convolutions alone
  module = torch::jit::freeze(module);
  return torch::jit::optimize_for_inference(module);
}

}  // namespace flash
