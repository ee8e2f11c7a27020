// A network that no family has: its graph run by BuiltNetwork against the same steps as plain library calls.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "export_cases.hpp"
#include "flash/train/network.hpp"
#include "run_torchscript.hpp"

namespace flash {
namespace {

constexpr int side = 6;

// What may be done at once and what may not: norms of a gather that they alone read and of one that others
// read too, with and without a ReLU that reads them alone; gathers of the image, of parts of values, of
// features; linear operators on images, on single pixels and on features.
NetworkGraph mixed_graph() {
  namespace op = operators;
  NetworkGraph graph(3, side);
  const auto image = NetworkGraph::image;
  const auto first = graph.append(op::convolution(3, 4, 3, 1, side), image);
  const auto shared_norm = graph.append(op::norm(4, side), first);  // read by a ReLU and by a gather
  const auto active = graph.append(op::relu(4, side), shared_norm);
  const auto depthwise = graph.append(op::convolution(4, 4, 3, 1, side, /*groups=*/4), active);
  const auto wide =
      graph.gather(op::gather(8, side), {depthwise, first, shared_norm, image}, {{}, {1, 3}, {0}, {2}});
  const auto read = graph.append(std::vector{op::norm(8, side), op::relu(8, side)}, wide);
  const auto second = graph.append(op::convolution(8, 5, 1, 1, side), read);
  const auto twice = graph.gather(op::gather(4, side), {second, read, first}, {{0, 2}, {6}, {1}});
  const auto flexible = graph.append(op::elu(4, side), twice);
  const auto normed = graph.append(op::norm(4, side), twice);
  const auto again = graph.append(op::norm(4, side), twice);  // one value, two norms
  const auto bounded = graph.append(op::relu(4, side), again);
  const auto joined = graph.gather(op::gather(9, side), {normed, flexible, bounded}, {{}, {1, 2}, {0, 1, 3}});
  const auto strided = graph.append(op::convolution(9, 6, 3, 2, side), joined);
  const auto third = graph.append(op::norm(6, side / 2), strided);
  const auto pixel = graph.append(op::average_pool(6, side / 2, 2), third);  // 3 x 3: one row is left out
  const auto of_pixel = graph.append(op::linear(6, 3, 1), pixel);
  const auto of_image = graph.append(op::linear(6, 4, side / 2), third);
  const auto flat = graph.append(op::flatten(9, side), joined);
  const auto of_features = graph.append(op::linear(9 * side * side, 5, 1), flat);
  const auto features = graph.gather(op::gather(10, 1), {of_features, of_pixel, of_image}, {{}, {2}, {}});
  const auto last = graph.append(std::vector{op::norm(10, 1), op::relu(10, 1)}, features);
  graph.append(op::linear(10, 4, 1), last);
  return graph;
}

// The same by library calls. Takes the parameters in the order of the nodes that have them; each norm keeps
// running statistics of its own.
class PlainMixed {
 public:
  explicit PlainMixed(const Parameters& parameters)
      : weights_(parameters.weights), others_(parameters.norms_and_biases) {}

  at::Tensor operator()(const at::Tensor& image, bool training) {
    weight_ = other_ = norm_ = 0;
    training_ = training;
    const at::Tensor first = convolution(image, 1, 1);
    const at::Tensor shared_norm = norm(first);
    const at::Tensor depthwise = convolution(at::relu(shared_norm), 1, 1, 4);
    const at::Tensor read = at::relu(
        norm(at::cat({depthwise, part(first, {1, 3}), part(shared_norm, {0}), part(image, {2})}, 1)));
    const at::Tensor second = convolution(read, 1, 0);
    const at::Tensor twice = at::cat({part(second, {0, 2}), part(read, {6}), part(first, {1})}, 1);
    const at::Tensor normed = norm(twice);
    const at::Tensor bounded = at::relu(norm(twice));
    const at::Tensor joined = at::cat({normed, part(at::elu(twice), {1, 2}), part(bounded, {0, 1, 3})}, 1);
    const at::Tensor third = norm(convolution(joined, 2, 1));
    const at::Tensor of_pixel = linear(at::avg_pool2d(third, 2));
    const at::Tensor of_image = linear(third);
    const at::Tensor of_features = linear(joined);
    const at::Tensor features = at::cat({of_features, part(of_pixel, {2}), of_image}, 1);
    return linear(at::relu(norm(features)));
  }

  bool used_up() const { return weight_ == weights_.size() && other_ == others_.size(); }

 private:
  static at::Tensor part(const at::Tensor& values, const std::vector<std::int64_t>& columns) {
    return values.index_select(1, at::tensor(columns));
  }
  at::Tensor convolution(const at::Tensor& x, int stride, int padding, int groups = 1) {
    return at::conv2d(x, weights_.at(weight_++), {}, stride, padding, 1, groups);
  }
  at::Tensor linear(const at::Tensor& x) {
    const at::Tensor weight = weights_.at(weight_++);
    return at::linear(x.flatten(1), weight.flatten(1), others_.at(other_++));
  }
  at::Tensor norm(const at::Tensor& x) {
    const at::Tensor gamma = others_.at(other_++);
    const at::Tensor beta = others_.at(other_++);
    if (norm_ == running_.size()) running_.emplace_back(at::zeros({x.size(1)}), at::ones({x.size(1)}));
    const auto& [mean, variance] = running_[norm_++];
    return at::batch_norm(x, gamma, beta, mean, variance, training_, 0.1, norm_epsilon, false);
  }

  std::vector<at::Tensor> weights_, others_;
  std::vector<std::pair<at::Tensor, at::Tensor>> running_;  // mean and variance of each norm
  std::size_t weight_ = 0, other_ = 0, norm_ = 0;
  bool training_ = false;
};

class MixedNetwork : public testing::Test {
 protected:
  MixedNetwork() {
    const at::NoGradGuard no_grad;
    at::manual_seed(3);
    for (const at::Tensor& values : built_.parameters().norms_and_biases)
      values.add_(at::randn_like(values), 0.3);  // scales of both signs, shifts that matter
  }
  static at::Tensor images(int count) {
    return (at::randn({count, 3, side, side}) * 0.7 + 0.4).contiguous(at::MemoryFormat::ChannelsLast);
  }
  void season() {
    const at::NoGradGuard no_grad;
    for (int pass = 0; pass < 20; ++pass) {
      const at::Tensor batch = images(8);
      built_.forward(batch, true);
      plain_(batch, true);
    }
  }
  static void expect_close(const at::Tensor& a, const at::Tensor& b) {
    ASSERT_EQ(a.sizes(), b.sizes());
    EXPECT_TRUE(at::allclose(a, b, 1e-3, 1e-4)) << "differ by " << (a - b).abs().max().item<float>();
  }

  BuiltNetwork built_{mixed_graph(), 9, at::kCPU};
  PlainMixed plain_{built_.parameters()};
};

TEST_F(MixedNetwork, TrainsAsPlainCallsDo) {
  const at::Tensor batch = images(7);
  const auto gradients = [&](const at::Tensor& logits) {
    std::vector<at::Tensor> list;
    for (const at::Tensor& parameter : built_.parameters().all())
      parameter.mutable_grad() = at::zeros_like(parameter);
    logits.pow(2).sum().backward();
    for (const at::Tensor& parameter : built_.parameters().all()) list.push_back(parameter.grad().clone());
    return list;
  };
  const at::Tensor logits = built_.forward(batch, true);
  const at::Tensor expected = plain_(batch, true);
  EXPECT_TRUE(plain_.used_up());
  expect_close(logits, expected);
  const std::vector<at::Tensor> mine = gradients(logits);
  const std::vector<at::Tensor> plain = gradients(expected);
  float largest = 0;  // gradients that are zero but for rounding (a bias before a norm) are judged by it
  for (const at::Tensor& gradient : plain) largest = std::max(largest, gradient.abs().max().item<float>());
  for (std::size_t k = 0; k < mine.size(); ++k) {
    const float scale = plain[k].abs().max().item<float>() + 0.01F * largest;
    EXPECT_LT((mine[k] - plain[k]).abs().max().item<float>(), 5e-3F * scale) << "parameter " << k;
  }
}

TEST_F(MixedNetwork, InfersAsPlainCallsDo) {
  season();
  const at::NoGradGuard no_grad;
  const at::Tensor batch = images(5);
  const at::Tensor logits = built_.forward(batch, false);
  expect_close(logits, plain_(batch, false));
  EXPECT_FALSE(at::allclose(logits, built_.forward(batch, true), 1e-3, 1e-4));
}

TEST_F(MixedNetwork, IsExportedWithTheSameLogits) {
  season();
  const at::Tensor batch = images(5);
  const at::Tensor expected = logits_of(built_, batch);
  const InferenceGraph graph = built_.inference_graph();
  expect_close(run_torchscript(graph, batch.contiguous()), expected);
  expect_close(run_torchscript(graph.folded(), batch.contiguous()), expected);
  EXPECT_LT(graph.folded().nodes().size(), graph.nodes().size());
}

TEST_F(MixedNetwork, CostsWhatItsGraphSays) {
  const Counts expected = counts(built_.graph());
  EXPECT_EQ(built_.parameters().count(), expected.parameters);
  EXPECT_EQ(built_.count_macs(), expected.macs);
}

}  // namespace
}  // namespace flash
