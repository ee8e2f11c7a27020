// Networks with weights and statistics as training leaves them, without the training.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "flash/space/families/cell_space.hpp"
#include "flash/space/families/families.hpp"
#include "flash/train/network.hpp"

namespace flash {

struct ExportCase {
  const char* name;
  SpaceDefinition space;
};

// Small networks of a family, `changes` to its defaults.
inline SpaceDefinition small(const char* family, const Json& changes, const Input& input) {
  Json settings = find_family(family)->defaults;
  settings.update(changes);
  return {family, settings, input};
}

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
  const Json residual{{"widths", {4, 6}}, {"blocks", {1, 2}}, {"shares", {0, 40, 100}}};
  Json projected = residual;
  projected.update({{"shortcut", "projection"}, {"residual_block", "bottleneck"}, {"stem", "imagenet"}});
  Json wide = residual;
  wide["k"] = {1, 2};
  const Json inverted{{"width_percents", {25}}, {"resolutions", {0, 17}}, {"depth_changes", {-1}}};
  const Json chain{{"operators",
                    {"k3_e2: inverted k3 e2", "k5_e1_g2: inverted k5 e1 g2 expand", "conv: convolution k3 g2",
                     "average: average_pool k3", "max: max_pool k3", "skip: skip"}},
                   {"stages", {"4 x1 relu = convolution k3", "6 x1..2 s2 swish se", "8 x1 s2"}},
                   {"resolutions", {0, 20}},
                   {"features", 10}};
  const Json cell{
      {"layout", "cell"},
      {"operators", {"none: none", "skip: skip", "k1: convolution k1", "average: average_pool k3"}},
      {"stages", {"4 x2", "6 x1 s2"}},
      {"nodes", 3}};
  return {{"regular", dense},
          {"depthwise", depthwise},
          {"plain_head", plain_head},
          {"mlp", mlp},
          {"resnet", small("resnet", residual, {3, 13, 4})},
          {"bottleneck", small("resnet", projected, {3, 20, 4})},
          {"wide_resnet", small("wide-resnet", wide, {3, 13, 4})},
          {"mobilenet_v2", small("mobilenet-v2", inverted, {3, 13, 4})},
          {"chain", small("choice", chain, {3, 16, 4})},
          {"cell", small("choice", cell, {3, 8, 4})}};
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
