// The fused operation against the same thing composed of library calls.
#include "flash/train/gather_norm.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "blocked_convolution.hpp"
#include "flash/space/families/skips.hpp"

namespace flash {
namespace {

at::Tensor leaf(at::IntArrayRef sizes, double shift = 0.0) {
  at::Tensor values = at::randn(sizes) + shift;
  if (sizes.size() == 4) values = values.contiguous(at::MemoryFormat::ChannelsLast);
  return values.set_requires_grad(true);
}

// All of the output before and, of those before that, channel k % width of output k / width.
Reading layer_reading(int previous, int width, const std::vector<int>& sources) {
  std::vector<Reading::Tap> taps{{static_cast<std::size_t>(previous), width, {}}};
  for (const int source : sources) {
    const auto output = static_cast<std::size_t>(source / width);
    if (taps.size() == 1 || taps.back().output != output) taps.push_back({output, width, {}});
    taps.back().columns.push_back(source % width);
  }
  return Reading(std::move(taps));
}

// A reading as layer `layer` of a cell has it, the outputs it may read and a norm for it; all leaves.
struct Case {
  Reading reading;
  std::vector<at::Tensor> leaves;
  std::vector<Output> outputs;
  Affine norm;

  Case(int width, int layer, int tc, int batch, int side, bool training)
      : reading(layer_reading(layer - 1, width, skip_sources(3, 1, layer, width, tc))) {
    at::manual_seed(11);
    for (int i = 0; i < layer; ++i) {
      leaves.push_back(leaf({batch, width, side, side}, 0.3 * i));
      const ChannelStatistics batch_statistics = channel_statistics(leaves.back(), width);
      if (training)
        outputs.push_back({leaves.back(), batch_statistics.mean, batch_statistics.inv_std});
      else
        outputs.push_back({leaves.back(), at::randn({width}), at::rand({width}) + 0.5});
    }
    norm = {leaf({reading.channels()}, 1.0), leaf({reading.channels()})};
    leaves.push_back(norm.gamma);
    leaves.push_back(norm.beta);
  }

  // The gradient of each leaf for a gradient of the result that is the same on every call.
  std::vector<at::Tensor> gradients(const at::Tensor& result) {
    for (at::Tensor& tensor : leaves) tensor.mutable_grad() = at::zeros_like(tensor);
    at::manual_seed(12);
    result.backward(at::randn(result.sizes()));
    std::vector<at::Tensor> list;
    for (at::Tensor& tensor : leaves) list.push_back(tensor.grad().clone());
    return list;
  }
};

void expect_close(const at::Tensor& a, const at::Tensor& b, const std::string& what) {
  ASSERT_EQ(a.sizes(), b.sizes()) << what;
  EXPECT_TRUE(at::allclose(a, b, 2e-4, 2e-5)) << what << ": differ by " << (a - b).abs().max().item<float>();
}

struct Shape {
  int width, layer, tc;
};

class GatherNorm : public testing::TestWithParam<std::tuple<Shape, bool, bool>> {};

TEST_P(GatherNorm, EqualsComposedForwardAndBackward) {
  const auto [shape, relu, training] = GetParam();
  Case test(shape.width, shape.layer, shape.tc, 6, 5, training);
  const at::Tensor fused = gather_norm(test.outputs, test.reading, test.norm, relu, training);
  const at::Tensor composed = gather_norm_composed(test.outputs, test.reading, test.norm, relu, training);
  expect_close(fused, composed, "values");
  const std::vector<at::Tensor> mine = test.gradients(fused);
  const std::vector<at::Tensor> reference = test.gradients(composed);
  for (std::size_t k = 0; k < mine.size(); ++k)
    expect_close(mine[k], reference[k], "gradient " + std::to_string(k));
}

INSTANTIATE_TEST_SUITE_P(Shapes, GatherNorm,
                         testing::Combine(testing::Values(Shape{4, 1, 0}, Shape{4, 2, 0}, Shape{4, 2, 4},
                                                          Shape{7, 4, 5}, Shape{16, 5, 33}, Shape{3, 6, 100}),
                                          testing::Bool(), testing::Bool()));

// Blocked outputs, all of whose readers add to one gradient: two norms read them here.
TEST_P(GatherNorm, EqualsComposedInBlocks) {
  const auto [shape, relu, training] = GetParam();
  for (const int block : {8, 16}) {
    Case test(shape.width, shape.layer, shape.tc, 6, 5, training);
    std::vector<Output> blocked = test.outputs;
    for (Output& output : blocked)
      output = {to_blocks(output.values, block), output.mean, output.inv_std,
                std::make_shared<GradientSum>()};
    const auto channels = test.reading.channels();
    const auto mine = [&] {
      const at::Tensor y = gather_norm(blocked, test.reading, test.norm, relu, training);
      EXPECT_TRUE(at::equal(to_blocks(from_blocks(y, channels), block), y)) << "what fills up is zero";
      return from_blocks(y, channels);
    };
    const auto reference = [&] {
      return gather_norm_composed(test.outputs, test.reading, test.norm, relu, training);
    };
    const at::Tensor fused = mine() + 2 * mine();
    const at::Tensor composed = reference() + 2 * reference();
    expect_close(fused, composed, "values");
    const std::vector<at::Tensor> gradients = test.gradients(fused);
    const std::vector<at::Tensor> expected = test.gradients(composed);
    for (std::size_t k = 0; k < gradients.size(); ++k)
      expect_close(gradients[k], expected[k], "gradient " + std::to_string(k));
  }
}

TEST(Gather, EqualsComposedForwardAndBackward) {
  Case test(5, 4, 7, 9, 1, true);
  const at::Tensor fused = gather(test.outputs, test.reading);
  const at::Tensor composed = gather_composed(test.outputs, test.reading);
  EXPECT_TRUE(at::equal(fused, composed));
  const std::vector<at::Tensor> mine = test.gradients(fused);
  const std::vector<at::Tensor> reference = test.gradients(composed);
  for (std::size_t k = 0; k < mine.size(); ++k) EXPECT_TRUE(at::equal(mine[k], reference[k])) << k;
}

TEST(Gather, PositionsNameTheSourceChannels) {
  const int width = 4, layer = 5;
  const std::vector<int> sources = skip_sources(3, 0, layer, width, 6);
  const Reading reading = layer_reading(layer - 1, width, sources);
  std::vector<Output> outputs;  // every channel holds its own number
  for (int i = 0; i < layer; ++i)
    outputs.push_back({at::arange(i * width, (i + 1) * width, at::kFloat).view({1, width, 1, 1}), {}, {}});
  const at::Tensor read = gather(outputs, reading).flatten();
  ASSERT_EQ(read.numel(), width + 6);
  for (int k = 0; k < width; ++k)
    EXPECT_EQ(read[k].item<float>(), static_cast<float>((layer - 1) * width + k));
  for (std::size_t k = 0; k < sources.size(); ++k)
    EXPECT_EQ(read[width + static_cast<int>(k)].item<float>(), static_cast<float>(sources[k]));
}

TEST(GatherNormThreads, ChangeNoDigit) {
  const auto run = [](int threads) {
    at::set_num_threads(threads);
    Case test(6, 4, 9, 16, 32, true);  // 16,384 rows: several blocks
    const at::Tensor y = gather_norm(test.outputs, test.reading, test.norm, true, true);
    std::vector<at::Tensor> all = test.gradients(y);
    all.push_back(y.detach());
    return all;
  };
  const std::vector<at::Tensor> one = run(1), three = run(3);
  at::set_num_threads(1);
  for (std::size_t k = 0; k < one.size(); ++k) EXPECT_TRUE(at::equal(one[k], three[k])) << k;
}

TEST(GatherNorm, KeepsNanVisible) {
  Case test(4, 1, 0, 2, 3, false);
  test.outputs[0].values.detach().fill_(NAN);
  EXPECT_TRUE(gather_norm(test.outputs, test.reading, test.norm, true, false).isnan().all().item<bool>());
}

TEST(ChannelStatistics, AreMeanAndVariance) {
  at::manual_seed(5);
  const at::Tensor x = (at::randn({8, 6, 9, 9}) * 3.0 + 2.0).contiguous(at::MemoryFormat::ChannelsLast);
  const auto [variance, mean] = at::var_mean(x.to(at::kDouble), {0, 2, 3}, false);
  const ChannelStatistics statistics = channel_statistics(x, x.size(1));
  expect_close(statistics.mean.to(at::kDouble), mean, "mean");
  expect_close(statistics.inv_std.to(at::kDouble), (variance + norm_epsilon).rsqrt(), "inv_std");
  expect_close(statistics.unbiased_variance.to(at::kDouble), variance * (648.0 / 647.0), "variance");
}

TEST(ChannelStatistics, SurviveAMeanFarFromZero) {
  at::manual_seed(5);
  const at::Tensor x = (at::randn({16, 2, 16, 16}) + 1000.0).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor variance = std::get<0>(at::var_mean(x.to(at::kDouble), {0, 2, 3}, false));
  EXPECT_TRUE(at::allclose(channel_statistics(x, x.size(1)).inv_std.to(at::kDouble), variance.rsqrt(), 1e-3));
}

TEST(ChannelStatistics, OfOneRowHaveNoVariance) {
  const ChannelStatistics statistics = channel_statistics(at::ones({1, 3, 1, 1}), 3);
  EXPECT_TRUE(at::allclose(statistics.inv_std, at::full({3}, 1.0 / std::sqrt(norm_epsilon))));
  EXPECT_TRUE(at::equal(statistics.unbiased_variance, at::zeros({3})));
}

}  // namespace
}  // namespace flash
