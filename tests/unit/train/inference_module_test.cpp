// What target host times: the exported file, optimised.
#include "../../../src/train/inference_module.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "export_cases.hpp"
#include "flash/train/torchscript_export.hpp"
#include "run_torchscript.hpp"

namespace flash {
namespace {

std::map<std::string, int> steps(const torch::jit::Module& module) {
  std::map<std::string, int> count;
  for (const torch::jit::Node* node : module.get_method("forward").graph()->nodes())
    ++count[node->kind().toQualString()];
  return count;
}

TEST(InferenceModule, ConvolvesByOneDnnAlone) {
  const at::NoGradGuard no_grad;
  for (const ExportCase& one : export_cases()) {
    const Space space(one.space);
    const auto network = seasoned_network(space, space.size() - 1);
    const InferenceGraph graph = network->inference_graph().folded();
    torch::jit::Module module = load_for_inference(torchscript_file(graph), at::kCPU);
    std::map<std::string, int> count = steps(module);
    EXPECT_EQ(count["aten::conv2d"] + count["aten::_convolution"] + count["prim::If"], 0) << one.name;
    EXPECT_EQ(count["prim::GetAttr"], 0) << one.name;  // weights are constants
    const bool convolutions = std::ranges::any_of(
        graph.nodes(), [](const auto& node) { return node.kind == InferenceGraph::Kind::convolution; });
    EXPECT_EQ(count["prim::mkldnn_convolution"] + count["aten::mkldnn_convolution"] > 0, convolutions)
        << one.name;
    for (const int batch : {1, 3}) {
      const at::Tensor images = random_images(space.definition().input, batch);
      const at::Tensor logits = module.forward({images.contiguous()}).toTensor();
      EXPECT_LT((logits - logits_of(*network, images)).abs().max().item<float>(), 1e-4) << one.name;
    }
  }
}

// Without any preparation the file calls oneDNN too, or not where that is told, and says the same.
TEST(InferenceModule, TheFileAsItIsMayDoWithoutOneDnn) {
  const at::NoGradGuard no_grad;
  const ExportCase one = export_cases().front();
  const Space space(one.space);
  const auto network = seasoned_network(space, space.size() - 1);
  std::istringstream bytes(torchscript_file(network->inference_graph().folded()));
  torch::jit::Module module = torch::jit::load(bytes);
  const at::Tensor images = random_images(space.definition().input, 2).contiguous();
  for (const bool onednn : {true, false}) {
    module.setattr(calls_onednn, onednn);
    EXPECT_LT((module.forward({images}).toTensor() - logits_of(*network, images)).abs().max().item<float>(),
              1e-4);
  }
  module.to(at::kDouble);  // oneDNN has floats alone
  module.setattr(calls_onednn, true);
  EXPECT_LT((module.forward({images.to(at::kDouble)}).toTensor() - logits_of(*network, images))
                .abs()
                .max()
                .item<double>(),
            1e-4);
}

}  // namespace
}  // namespace flash
