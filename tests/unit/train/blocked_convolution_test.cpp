// Blocked activations: convolutions against LibTorch's in double precision, networks against the same ones channels
// last.
#include "blocked_convolution.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "flash/space/families/cell_space.hpp"
#include "flash/train/network.hpp"

namespace flash {
namespace {

at::Tensor channels_last(const at::Tensor& values) {
  return values.contiguous(at::MemoryFormat::ChannelsLast);
}

TEST(Blocks, HoldTheSameValues) {
  at::manual_seed(4);
  for (const int block : {8, 16}) {
    const at::Tensor x = channels_last(at::randn({3, 21, 5, 5}));
    const at::Tensor blocked = to_blocks(x, block);
    ASSERT_EQ(blocked.size(1) * block, (21 + block - 1) / block * block);
    EXPECT_TRUE(at::equal(from_blocks(blocked, 21), x));
    EXPECT_EQ(blocked[2][(21 - 1) / block][4][3][(21 - 1) % block].item<float>(),
              x[2][20][4][3].item<float>());
    EXPECT_EQ(blocked.select(1, blocked.size(1) - 1)
                  .narrow(3, 21 % block, block - 21 % block)
                  .count_nonzero()
                  .item<std::int64_t>(),
              0);
  }
}

// The largest error of values, gradient of the input and of the weight, each in units of the largest value.
struct Errors {
  double values, input, weight;
};
Errors errors_of(const Operator& op, int block, int images, bool planes) {
  at::manual_seed(7);
  const at::Tensor x = channels_last(at::randn({images, op.in, op.side_in, op.side_in})).relu_();
  const at::Tensor weight = channels_last(at::randn({op.out, op.in, op.kernel, op.kernel}) * 0.1);
  const at::Tensor dy = at::randn({images, op.out, op.side_out, op.side_out});

  const at::Tensor exact_x = x.to(at::kDouble).set_requires_grad(true);
  const at::Tensor exact_weight = weight.to(at::kDouble).set_requires_grad(true);
  const at::Tensor exact = at::conv2d(exact_x, exact_weight, {}, op.stride, op.padding);
  exact.backward(dy.to(at::kDouble));

  BlockedConvolution convolution(op, block);
  x.set_requires_grad(!planes);
  weight.set_requires_grad(true);
  const at::Tensor y = from_blocks(convolution(planes ? x : to_blocks(x, block), weight), op.out);
  y.backward(dy);
  const auto error = [](const at::Tensor& a, const at::Tensor& b) {
    return ((a - b).abs().max() / b.abs().max()).item<double>();
  };
  return {error(y.detach(), exact.detach()), planes ? 0.0 : error(x.grad(), exact_x.grad()),
          error(weight.grad(), exact_weight.grad())};
}

struct Shape {
  int in, out, kernel, stride, side, images;
};

class Convolutions : public testing::TestWithParam<std::tuple<Shape, int>> {};

TEST_P(Convolutions, AreExactToTheirDigits) {
  if (preferred_block() == 0) GTEST_SKIP() << "no blocked convolutions on this processor";
  const auto& [shape, block] = GetParam();
  if (block == 16 && preferred_block() < 16) GTEST_SKIP() << "blocks of 16 are for AVX-512";
  const Operator op = operators::convolution(shape.in, shape.out, shape.kernel, shape.stride, shape.side);
  const Errors found = errors_of(op, block, shape.images, shape.in <= 4);
  constexpr double limit = 1e-5;
  EXPECT_LT(found.values, limit);
  EXPECT_LT(found.input, limit);
  EXPECT_LT(found.weight, limit);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Convolutions,
    testing::Combine(testing::Values(Shape{3, 32, 3, 1, 32, 8}, Shape{52, 32, 3, 1, 32, 8},
                                     Shape{32, 64, 3, 2, 32, 8}, Shape{148, 128, 3, 1, 8, 64},
                                     Shape{40, 24, 3, 1, 7, 3}, Shape{24, 40, 1, 1, 9, 5},
                                     Shape{33, 17, 3, 2, 5, 1}, Shape{14, 8, 3, 1, 16, 4},
                                     Shape{5, 24, 1, 1, 6, 3}, Shape{2, 9, 3, 2, 7, 2}),
                     testing::Values(8, 16)));

// oneDNN's plain loops, which it takes of some shapes without a word, are 20 times as slow.
TEST(BlockedConvolution, IsNeverTheReferenceOfOneDNN) {
  const int block = preferred_block();
  if (block == 0) GTEST_SKIP() << "no blocked convolutions on this processor";
  for (const int in : {1, 4, 5, 7, 8, 9, 14, 15, 16, 17, 40})
    for (const int out : {4, 8, 16, 24})
      for (const int kernel : {1, 3}) {
        const Operator op = operators::convolution(in, out, kernel, 1, 8);
        BlockedConvolution convolution(op, block);
        convolution(to_blocks(channels_last(at::randn({3, in, 8, 8})), block),
                    at::randn({out, in, kernel, kernel}));
        for (const std::string& name : convolution.implementations())
          EXPECT_EQ(name.find("ref"), std::string::npos)
              << name << " of " << in << " x " << out << ", kernel " << kernel;
      }
}

TEST(BlockedNetwork, TrainsAsChannelsLastDoes) {
  CellSpace definition;
  definition.widths = {32, 48};
  definition.wm = {1};
  definition.depths = {5};
  definition.input = {3, 12, 10};
  const Space space{definition};
  const Point point = space.point(space.size() - 7);
  const auto usual = build_network(space, point, 3, at::kCPU);
  const auto quick = build_network(space, point, 3, at::kCPU);
  quick->use_quickest_layout();
  at::manual_seed(2);
  const at::Tensor images = channels_last(at::randn({6, 3, 12, 12}));
  const auto step = [&](BuiltNetwork& network) {
    for (const at::Tensor& parameter : network.parameters().all())
      parameter.mutable_grad() = at::zeros_like(parameter);
    const at::Tensor logits = network.forward(images, true);
    logits.pow(2).sum().backward();
    return logits.detach();
  };
  const at::Tensor expected = step(*usual);
  EXPECT_TRUE(at::allclose(step(*quick), expected, 1e-3, 1e-3));
  const std::vector<at::Tensor> mine = quick->parameters().all(), reference = usual->parameters().all();
  for (std::size_t k = 0; k < mine.size(); ++k) {
    const at::Tensor difference = mine[k].grad() - reference[k].grad();
    EXPECT_LT(difference.norm().item<float>(), 2e-3F * reference[k].grad().norm().item<float>() + 1e-3F) << k;
  }
  const at::Tensor once = mine.front().grad().clone();
  step(*quick);
  step(*usual);  // running statistics follow
  EXPECT_TRUE(at::equal(mine.front().grad(), once)) << "the same numbers each time";
  // Other numbers of images, without gradients, on running statistics.
  const at::NoGradGuard no_grad;
  for (const int count : {1, 6, 4})
    EXPECT_TRUE(at::allclose(quick->forward(images.narrow(0, 0, count), false),
                             usual->forward(images.narrow(0, 0, count), false), 1e-3, 1e-3));
  EXPECT_EQ(quick->count_macs(), usual->count_macs());
}

}  // namespace
}  // namespace flash
