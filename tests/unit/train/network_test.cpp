// Built networks against their topology and against a plain forward pass written from the definition.
#include "flash/train/network.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"
#include "flash/topology/costs.hpp"
#include "flash/topology/skips.hpp"

namespace flash {
namespace {

SpaceDefinition dense(Block block, bool head_norm, int side = 9) {
  SpaceDefinition definition;
  definition.block = block;
  definition.head_norm = head_norm;
  definition.widths = {3, 4, 6};
  definition.wm = {1, 2};
  definition.depths = {3, 5};
  definition.depth_mode = DepthMode::separate;
  definition.input = {3, side, 4};
  return definition;
}

SpaceDefinition mlp() {
  SpaceDefinition definition;
  definition.family = Family::mlp_cells;
  definition.head_norm = false;
  definition.widths = {5};
  definition.wm = {1, 3};
  definition.depths = {3, 6};
  definition.input = {1, 6, 4};
  return definition;
}

at::Tensor images_for(const Input& input, int batch) {
  at::manual_seed(1);
  return at::randn({batch, input.channels, input.side, input.side})
      .contiguous(at::MemoryFormat::ChannelsLast);
}

// Takes a network's parameters in the order in which they were made.
class PlainForward {
 public:
  PlainForward(const Space& space, const Configuration& configuration, const BuiltNetwork& network,
               std::uint64_t seed)
      : space_(space),
        configuration_(configuration),
        stratum_(space.stratum_of(space.id(configuration))),
        weights_(network.parameters().weights),
        others_(network.parameters().norms_and_biases),
        seed_(seed) {}

  at::Tensor operator()(at::Tensor x) {
    const SpaceDefinition& definition = space_.definition();
    if (definition.family == Family::mlp_cells) return mlp_cell(x.flatten(1));
    for (int c = 0; c < static_cast<int>(stratum_.cells()); ++c) x = cell(x, c);
    if (definition.head_norm) x = at::relu(norm(x));
    x = at::avg_pool2d(x, 2);
    const at::Tensor weight = next_weight();
    return at::linear(x.flatten(1), weight.flatten(1), next_other());
  }

  bool used_up() const { return weight_ == weights_.size() && other_ == others_.size(); }

 private:
  at::Tensor next_weight() { return weights_.at(weight_++); }
  at::Tensor next_other() { return others_.at(other_++); }
  at::Tensor norm(const at::Tensor& x) {
    const at::Tensor gamma = next_other();
    return at::batch_norm(x, gamma, next_other(), {}, {}, true, 0.0, 1e-5, false);
  }

  // Norms' parameters are made after those inside the convolution's block, yet norm_before is used first: so
  // the block is given as a function to run later.
  at::Tensor convolution(const at::Tensor& x, bool depthwise, int stride) {
    if (!depthwise) return at::conv2d(x, next_weight(), {}, stride, 1);
    at::Tensor y = at::relu(norm(at::conv2d(x, next_weight())));
    const at::Tensor weight = next_weight();
    y = at::relu(norm(at::conv2d(y, weight, {}, stride, 1, 1, weight.size(0))));
    return norm(at::conv2d(y, next_weight()));
  }

  at::Tensor with_skips(const std::vector<at::Tensor>& outputs, int c, int i, int width) {
    std::vector<std::int64_t> sources;
    for (const int source :
         skip_sources(seed_, c, i, width, configuration_.skips[static_cast<std::size_t>(c)]))
      sources.push_back(source);
    if (sources.empty()) return outputs.back();
    const std::vector<at::Tensor> earlier(outputs.begin(), outputs.end() - 1);
    return at::cat({outputs.back(), at::cat(earlier, 1).index_select(1, at::tensor(sources))}, 1);
  }

  at::Tensor cell(const at::Tensor& input, int c) {
    const int width = stratum_.widths[static_cast<std::size_t>(c)];
    const bool depthwise = space_.definition().block == Block::depthwise;
    std::vector<at::Tensor> outputs;
    for (int i = 0; i < stratum_.depths[static_cast<std::size_t>(c)]; ++i) {
      if (i == 0)
        outputs.push_back(norm(convolution(input, depthwise && c > 0, c > 0 ? 2 : 1)));
      else if (i == 1)
        outputs.push_back(norm(convolution(at::relu(outputs[0]), depthwise, 1)));
      else
        outputs.push_back(pre_activated(with_skips(outputs, c, i, width), depthwise));
    }
    return outputs.back();
  }

  // The block's own norms were made before the one that precedes it.
  at::Tensor pre_activated(const at::Tensor& x, bool depthwise) {
    const std::size_t first = other_;
    other_ += depthwise ? 6 : 0;
    const at::Tensor y = at::relu(norm(x));
    const std::size_t after = other_;
    other_ = first;
    const at::Tensor result = convolution(y, depthwise, 1);
    other_ = after;
    return result;
  }

  at::Tensor mlp_cell(const at::Tensor& input) {
    std::vector<at::Tensor> outputs;
    for (int i = 0; i < stratum_.depths[0]; ++i) {
      const at::Tensor x = i == 0 ? input : at::elu(with_skips(outputs, 0, i, stratum_.widths[0]));
      const at::Tensor weight = next_weight();
      outputs.push_back(at::linear(x, weight.flatten(1), next_other()));
    }
    return outputs.back();
  }

  const Space& space_;
  const Configuration& configuration_;
  const Stratum& stratum_;
  std::vector<at::Tensor> weights_, others_;
  std::uint64_t seed_;
  std::size_t weight_ = 0, other_ = 0;
};

class Networks : public testing::TestWithParam<SpaceDefinition> {};

// Every seventh part of the space: about eight networks of all strata.
std::vector<Configuration> some(const Space& space) {
  std::vector<Configuration> list;
  for (std::uint64_t k = 0; k <= 7; ++k) list.push_back(space.configuration((space.size() - 1) / 7 * k));
  list.push_back(space.configuration(space.size() - 1));
  return list;
}

TEST_P(Networks, CostWhatTheirTopologySays) {
  const Space space(GetParam());
  for (const Configuration& configuration : some(space)) {
    const auto network = build_network(space, configuration, 1, at::kCPU);
    const Costs costs = network_costs(space, configuration);
    EXPECT_EQ(network->parameters().count(), costs.parameters) << space.id(configuration);
    EXPECT_EQ(network->count_macs(GetParam().input), costs.macs) << space.id(configuration);
  }
}

TEST_P(Networks, ComputeWhatTheDefinitionSays) {
  const Space space(GetParam());
  for (const Configuration& configuration : some(space)) {
    const std::uint64_t seed = 77;
    const auto network = build_network(space, configuration, seed, at::kCPU);
    const at::Tensor images = images_for(GetParam().input, 5);
    PlainForward plain(space, configuration, *network, seed);
    const at::Tensor expected = plain(images);
    const at::Tensor logits = network->forward(images, true);
    EXPECT_TRUE(plain.used_up());
    ASSERT_EQ(logits.sizes(), (std::vector<std::int64_t>{5, GetParam().input.classes}));
    EXPECT_TRUE(at::allclose(logits, expected, 1e-3, 1e-4))
        << space.id(configuration) << ": differ by " << (logits - expected).abs().max().item<float>();
  }
}

TEST_P(Networks, HaveTheGradientsOfThePlainForwardPass) {
  const Space space(GetParam());
  const Configuration configuration = space.configuration(space.size() - 1);
  const auto network = build_network(space, configuration, 3, at::kCPU);
  const at::Tensor images = images_for(GetParam().input, 6);
  const auto gradients = [&](const at::Tensor& logits) {
    std::vector<at::Tensor> list;
    for (const at::Tensor& parameter : network->parameters().all())
      parameter.mutable_grad() = at::zeros_like(parameter);
    logits.pow(2).sum().backward();
    for (const at::Tensor& parameter : network->parameters().all()) list.push_back(parameter.grad().clone());
    return list;
  };
  const std::vector<at::Tensor> mine = gradients(network->forward(images, true));
  const std::vector<at::Tensor> plain = gradients(PlainForward(space, configuration, *network, 3)(images));
  float largest = 0;  // gradients that are zero but for rounding (a norm right after a norm) are judged by it
  for (const at::Tensor& gradient : plain) largest = std::max(largest, gradient.abs().max().item<float>());
  for (std::size_t k = 0; k < mine.size(); ++k) {
    const float scale = plain[k].abs().max().item<float>() + 0.01F * largest;
    EXPECT_LT((mine[k] - plain[k]).abs().max().item<float>(), 5e-3F * scale) << "parameter " << k;
  }
}

TEST_P(Networks, DependOnTheSeedAlone) {
  const Space space(GetParam());
  const Configuration configuration = space.configuration(space.size() / 2);
  const at::Tensor images = images_for(GetParam().input, 3);
  const auto logits = [&](std::uint64_t seed) {
    return build_network(space, configuration, seed, at::kCPU)->forward(images, false).detach();
  };
  const at::Tensor first = logits(5);
  at::manual_seed(99);
  at::rand({10});
  EXPECT_TRUE(at::equal(first, logits(5)));
  EXPECT_FALSE(at::equal(first, logits(6)));
}

INSTANTIATE_TEST_SUITE_P(Families, Networks,
                         testing::Values(dense(Block::regular, true), dense(Block::regular, false),
                                         dense(Block::depthwise, true), dense(Block::regular, true, 8),
                                         mlp()));

TEST(Network, ConvergesToItsRunningStatistics) {
  const Space space(dense(Block::regular, true));
  const auto network = build_network(space, space.configuration(space.size() / 3), 1, at::kCPU);
  const at::Tensor images = images_for(space.definition().input, 64);
  const at::NoGradGuard no_grad;
  at::Tensor training;
  for (int pass = 0; pass < 150; ++pass)
    training = network->forward(images, true);  // 0.9^150 of the start is left
  // Running variances are the unbiased ones: a few thousandths apart in the last, smallest cell.
  const at::Tensor running = network->forward(images, false);
  EXPECT_TRUE(at::allclose(running, training, 0.05, 0.02)) << (running - training).abs().max().item<float>();
}

}  // namespace
}  // namespace flash
