// Built networks against their topology and against a plain forward pass written from the definition.
#include "flash/train/network.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "../cell_networks.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/space/families/skips.hpp"

namespace flash {
namespace {

CellSpace dense(Block block, bool head_norm, int side = 9) {
  CellSpace definition;
  definition.block = block;
  definition.head_norm = head_norm;
  definition.widths = {3, 4, 6};
  definition.wm = {1, 2};
  definition.depths = {3, 5};
  definition.depth_mode = DepthMode::separate;
  definition.input = {3, side, 4};
  return definition;
}

CellSpace mlp() {
  CellSpace definition;
  definition.family = "mlp-cells";
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
  PlainForward(const Space& space, const Point& point, const BuiltNetwork& built, std::uint64_t seed)
      : definition_(CellSpace::from(space.definition())),
        network_(test::network_of(space, point)),
        weights_(built.parameters().weights),
        others_(built.parameters().norms_and_biases),
        seed_(seed) {}

  at::Tensor operator()(at::Tensor x) {
    if (definition_.family == "mlp-cells") return mlp_cell(x.flatten(1));
    for (int c = 0; c < static_cast<int>(definition_.widths.size()); ++c) x = cell(x, c);
    if (definition_.head_norm) x = at::relu(norm(x));
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

  at::Tensor convolution(const at::Tensor& x, bool depthwise, int stride) {
    if (!depthwise) return at::conv2d(x, next_weight(), {}, stride, 1);
    at::Tensor y = at::relu(norm(at::conv2d(x, next_weight())));
    const at::Tensor weight = next_weight();
    y = at::relu(norm(at::conv2d(y, weight, {}, stride, 1, 1, weight.size(0))));
    return norm(at::conv2d(y, next_weight()));
  }

  at::Tensor with_skips(const std::vector<at::Tensor>& outputs, int c, int i, int width) {
    std::vector<std::int64_t> sources;
    for (const int source : skip_sources(seed_, c, i, width, network_.skips[static_cast<std::size_t>(c)]))
      sources.push_back(source);
    if (sources.empty()) return outputs.back();
    const std::vector<at::Tensor> earlier(outputs.begin(), outputs.end() - 1);
    return at::cat({outputs.back(), at::cat(earlier, 1).index_select(1, at::tensor(sources))}, 1);
  }

  at::Tensor cell(const at::Tensor& input, int c) {
    const int width = this->width(c);
    const bool depthwise = definition_.block == Block::depthwise;
    std::vector<at::Tensor> outputs;
    for (int i = 0; i < depth(c); ++i) {
      if (i == 0)
        outputs.push_back(norm(convolution(input, depthwise && c > 0, c > 0 ? 2 : 1)));
      else if (i == 1)
        outputs.push_back(norm(convolution(at::relu(outputs[0]), depthwise, 1)));
      else
        outputs.push_back(convolution(at::relu(norm(with_skips(outputs, c, i, width))), depthwise, 1));
    }
    return outputs.back();
  }

  // Layer 0's output passes an ELU before anything reads it; of the layers after layer 1 all but the last
  // pass what they read through one.
  at::Tensor mlp_cell(const at::Tensor& input) {
    std::vector<at::Tensor> outputs;
    for (int i = 0; i < depth(0); ++i) {
      at::Tensor x = i == 0 ? input : with_skips(outputs, 0, i, width(0));
      if (i >= 2 && i < depth(0) - 1) x = at::elu(x);
      const at::Tensor weight = next_weight();
      const at::Tensor y = at::linear(x, weight.flatten(1), next_other());
      outputs.push_back(i == 0 ? at::elu(y) : y);
    }
    return outputs.back();
  }

  int width(int c) const { return network_.wm * definition_.widths[static_cast<std::size_t>(c)]; }
  int depth(int c) const { return network_.depths[static_cast<std::size_t>(c)]; }

  CellSpace definition_;
  test::CellNetwork network_;
  std::vector<at::Tensor> weights_, others_;
  std::uint64_t seed_;
  std::size_t weight_ = 0, other_ = 0;
};

class Networks : public testing::TestWithParam<CellSpace> {};

// Every seventh part of the space: about eight networks of all strata.
std::vector<Point> some(const Space& space) {
  std::vector<Point> list;
  for (std::uint64_t k = 0; k <= 7; ++k) list.push_back(space.point((space.size() - 1) / 7 * k));
  list.push_back(space.point(space.size() - 1));
  return list;
}

TEST_P(Networks, CostWhatTheirTopologySays) {
  const Space space(GetParam());
  for (const Point& point : some(space)) {
    const auto network = build_network(space, point, 1, at::kCPU);
    const Counts counts = space.counts(point);
    EXPECT_EQ(network->parameters().count(), counts.parameters) << id_text(space.id(point));
    EXPECT_EQ(network->count_macs(), counts.macs) << id_text(space.id(point));
  }
}

TEST_P(Networks, ComputeWhatTheDefinitionSays) {
  const Space space(GetParam());
  for (const Point& point : some(space)) {
    const std::uint64_t seed = 77;
    const auto network = build_network(space, point, seed, at::kCPU);
    const at::Tensor images = images_for(GetParam().input, 5);
    PlainForward plain(space, point, *network, seed);
    const at::Tensor expected = plain(images);
    const at::Tensor logits = network->forward(images, true);
    EXPECT_TRUE(plain.used_up());
    ASSERT_EQ(logits.sizes(), (std::vector<std::int64_t>{5, GetParam().input.classes}));
    EXPECT_TRUE(at::allclose(logits, expected, 1e-3, 1e-4))
        << id_text(space.id(point)) << ": differ by " << (logits - expected).abs().max().item<float>();
  }
}

TEST_P(Networks, HaveTheGradientsOfThePlainForwardPass) {
  const Space space(GetParam());
  const Point point = space.point(space.size() - 1);
  const auto network = build_network(space, point, 3, at::kCPU);
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
  const std::vector<at::Tensor> plain = gradients(PlainForward(space, point, *network, 3)(images));
  float largest = 0;  // gradients that are zero but for rounding (a norm right after a norm) are judged by it
  for (const at::Tensor& gradient : plain) largest = std::max(largest, gradient.abs().max().item<float>());
  for (std::size_t k = 0; k < mine.size(); ++k) {
    const float scale = plain[k].abs().max().item<float>() + 0.01F * largest;
    EXPECT_LT((mine[k] - plain[k]).abs().max().item<float>(), 5e-3F * scale) << "parameter " << k;
  }
}

TEST_P(Networks, DependOnTheSeedAlone) {
  const Space space(GetParam());
  const Point point = space.point(space.size() / 2);
  const at::Tensor images = images_for(GetParam().input, 3);
  const auto logits = [&](std::uint64_t seed) {
    return build_network(space, point, seed, at::kCPU)->forward(images, false).detach();
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
  const auto network = build_network(space, space.point(space.size() / 3), 1, at::kCPU);
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
