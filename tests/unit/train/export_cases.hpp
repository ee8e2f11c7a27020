// Networks with weights and statistics as training leaves them, without the training.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "flash/space/families/cell_space.hpp"
#include "flash/train/network.hpp"

namespace flash {

struct ExportCase {
  const char* name;
  CellSpace space;
};

inline std::vector<ExportCase> export_cases() {
  CellSpace dense;
  dense.widths = {3, 4, 6};
  dense.wm = {1, 2};
  dense.depths = {3, 5};
  dense.depth_mode = DepthMode::separate;
  dense.input = {3, 13, 4};  // odd sides: 13, 7, 4
  CellSpace depthwise = dense;
  depthwise.block = Block::depthwise;
  CellSpace plain_head = dense;
  plain_head.head_norm = false;
  CellSpace mlp;
  mlp.family = "mlp-cells";
  mlp.head_norm = false;
  mlp.widths = {5};
  mlp.wm = {1, 3};
  mlp.depths = {3, 6};
  mlp.input = {1, 6, 4};
  return {{"regular", dense}, {"depthwise", depthwise}, {"plain_head", plain_head}, {"mlp", mlp}};
}

inline at::Tensor random_images(const Input& input, int count) {
  return at::randn({count, input.channels, input.side, input.side});
}

// Every ninth part of the space: few skips and many, all depths.
inline std::vector<std::uint64_t> some_ids(const Space& space) {
  std::vector<std::uint64_t> ids;
  for (std::uint64_t k = 0; k <= 9; ++k) ids.push_back((space.size() - 1) / 9 * k);
  ids.push_back(space.size() - 1);
  return ids;
}

inline std::unique_ptr<BuiltNetwork> seasoned_network(const Space& space, std::uint64_t id) {
  const at::NoGradGuard no_grad;
  at::manual_seed(static_cast<std::uint64_t>(id));
  auto network = build_network(space, space.point(id), 9, at::kCPU);
  for (const at::Tensor& values : network->parameters().norms_and_biases)
    values.add_(at::randn_like(values), 0.3);  // scales of both signs, shifts that matter
  for (int pass = 0; pass < 20; ++pass) {
    const at::Tensor images = random_images(space.definition().input, 8) * 0.7 + 0.4;
    network->forward(images.contiguous(at::MemoryFormat::ChannelsLast), /*training=*/true);
  }
  return network;
}

inline at::Tensor logits_of(BuiltNetwork& network, const at::Tensor& images) {
  const at::NoGradGuard no_grad;
  return network.forward(images.contiguous(at::MemoryFormat::ChannelsLast), /*training=*/false).contiguous();
}

}  // namespace flash
