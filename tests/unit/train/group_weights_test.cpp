// Groups of a chip's tiles pruned in training: what is gone is 0 and sends nothing.
#include "group_weights.hpp"

#include <gtest/gtest.h>

#include "tiny.hpp"

namespace flash {
namespace {

CompressionSettings settings_of(const char* method) {
  ImcDesign design;
  design.tiling.crossbar_rows = design.tiling.crossbar_columns = 16;
  design.tiling.tile_rows = design.tiling.tile_columns = 1;
  CompressionSettings settings;
  settings.method = method;
  settings.sparsity = 0.6;
  settings.ratio = 2.5;
  settings.bits = 32;
  settings.chip = to_json(design);
  return settings;
}

double share_of_zeros(const BuiltNetwork& network) {
  double zeros = 0, all = 0;
  for (const at::Tensor& weight : network.parameters().weights) {
    zeros += weight.eq(0).sum().item<double>();
    all += static_cast<double>(weight.numel());
  }
  return zeros / all;
}

TEST(GroupWeights, EveryMethodPrunesToItsSparsityAndHoldsIt) {
  const Space space(tiny_space());
  for (const char* method : {"cannon", "cannon-scratch", "blocks", "filter", "random"}) {
    const auto network = build_network(space, space.point(space.size() - 1), 5, at::kCPU);
    const CompressionSettings settings = settings_of(method);
    GroupWeights weights(*network, settings, 7);
    weights.begin({CompressionPhase::Kind::retrain, 1, settings.ratio, 1});
    const double zeros = share_of_zeros(*network);
    EXPECT_GE(zeros, 0.6) << method;
    EXPECT_LT(zeros, 0.8) << method;
    {
      const at::NoGradGuard no_grad;
      for (const at::Tensor& tensor : network->parameters().all()) tensor.detach().add_(0.5);
    }
    weights.hold(0.1);
    EXPECT_EQ(share_of_zeros(*network), zeros) << method;
  }
}

// Whatever the image, what stands behind a dead filter is 0.
TEST(GroupWeights, DeadFiltersHaveNeitherShiftsNorMeans) {
  const Space space(tiny_space());
  const auto network = build_network(space, space.point(space.size() - 1), 5, at::kCPU);
  const CompressionSettings settings = settings_of("filter");
  GroupWeights weights(*network, settings, 7);
  weights.begin({CompressionPhase::Kind::retrain, 1, settings.ratio, 1});
  const at::NoGradGuard no_grad;
  for (const at::Tensor& tensor : network->parameters().norms_and_biases) tensor.detach().add_(0.5);
  for (const at::Tensor& tensor : network->parameters().running_statistics) tensor.add_(0.5);
  weights.hold(0.1);
  const NetworkGraph& graph = network->graph();
  std::size_t dead = 0, layer = 0;
  std::vector<at::Tensor> of_layer = network->parameters().weights;
  std::vector<std::vector<bool>> living;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    if (!node.op.has_matrix()) continue;
    living.emplace_back();
    for (int o = 0; o < node.op.out; ++o)
      living.back().push_back(of_layer[layer][o].ne(0).any().item<bool>());
    ++layer;
  }
  for (std::size_t node = 0; node < graph.nodes().size(); ++node)
    for (const at::Tensor& values : {network->shift(node), network->running_mean(node + 1)}) {
      if (!values.defined()) continue;
      const std::vector<ChannelOrigin> from = channel_origins(graph, node + 1);
      const at::Tensor plain = values.flatten();
      for (std::size_t c = 0; c < from.size(); ++c) {
        if (from[c].layer < 0 ||
            living[static_cast<std::size_t>(from[c].layer)][static_cast<std::size_t>(from[c].output)])
          continue;
        ++dead;
        EXPECT_EQ(plain[static_cast<std::int64_t>(c)].item<float>(), 0) << node;
      }
    }
  EXPECT_GT(dead, 0U);
}

TEST(GroupWeights, GroupsThatGoComeBackAsLargeAsTheyWere) {
  const Space space(tiny_space());
  const auto network = build_network(space, space.point(space.size() - 1), 5, at::kCPU);
  const CompressionSettings settings = settings_of("blocks");
  std::vector<at::Tensor> before;
  for (const at::Tensor& weight : network->parameters().weights) before.push_back(weight.detach().clone());
  GroupWeights weights(*network, settings, 7);
  weights.begin({CompressionPhase::Kind::retrain, 1, settings.ratio, 1});
  weights.begin({CompressionPhase::Kind::retrain, 1, 1, 1});
  for (std::size_t l = 0; l < before.size(); ++l)
    EXPECT_TRUE(network->parameters().weights[l].equal(before[l])) << l;
}

}  // namespace
}  // namespace flash
