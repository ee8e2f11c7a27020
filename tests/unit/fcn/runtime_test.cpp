// The sparse runtime against plain loops, and against itself.
#include "flash/fcn/runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "../python.hpp"
#include "flash/fcn/file.hpp"
#include "sample_networks.hpp"

namespace flash {
namespace {

std::vector<float> random_values(std::size_t count, double share, std::uint64_t seed) {
  Philox random(seed);
  std::vector<float> values;
  for (std::size_t k = 0; k < count; ++k) {
    const auto value = static_cast<float>(random.normal());
    values.push_back(random.uniform() < share ? value : 0.0F);
  }
  return values;
}

// In double precision.
std::vector<double> plain_convolution(const Operator& op, const std::vector<float>& in,
                                      const std::vector<float>& weights, const std::vector<float>& bias) {
  std::vector<double> out;
  const int of_group = op.in / op.groups, outputs_of_group = op.out / op.groups;
  for (int o = 0; o < op.out; ++o)
    for (int y = 0; y < op.side_out; ++y)
      for (int x = 0; x < op.side_out; ++x) {
        double sum = bias.empty() ? 0.0 : static_cast<double>(bias[static_cast<std::size_t>(o)]);
        for (int i = 0; i < of_group; ++i)
          for (int v = 0; v < op.kernel; ++v)
            for (int u = 0; u < op.kernel; ++u) {
              const int row = y * op.stride + v - op.padding, column = x * op.stride + u - op.padding;
              if (row < 0 || column < 0 || row >= op.side_in || column >= op.side_in) continue;
              const int channel = o / outputs_of_group * of_group + i;
              sum += static_cast<double>(weights[static_cast<std::size_t>(
                         ((o * of_group + i) * op.kernel + v) * op.kernel + u)]) *
                     static_cast<double>(
                         in[static_cast<std::size_t>((channel * op.side_in + row) * op.side_in + column)]);
            }
        out.push_back(sum);
      }
  return out;
}

TEST(SparseConvolution, IsThePlainOne) {
  struct Case {
    int in, out, kernel, stride, padding, groups, side;
  };
  for (const Case& c : {Case{1, 20, 5, 1, 0, 1, 28}, Case{20, 50, 5, 1, 0, 1, 12}, Case{3, 8, 3, 2, 1, 1, 9},
                        Case{8, 8, 3, 1, 1, 8, 7}, Case{6, 4, 1, 1, 0, 2, 5}, Case{4, 6, 7, 3, 3, 2, 16},
                        Case{5, 3, 1, 2, 0, 1, 8}}) {
    Operator op = operators::convolution(c.in, c.out, c.kernel, c.stride, c.side, c.groups);
    op.padding = c.padding;
    op.side_out = (c.side + 2 * c.padding - c.kernel) / c.stride + 1;
    const std::vector<float> weights = random_values(static_cast<std::size_t>(op.weights()), 0.3, 1);
    const std::vector<float> bias = random_values(static_cast<std::size_t>(c.out), 1, 2);
    const SparseConvolution convolution(op, weights);
    EXPECT_EQ(convolution.kept(),
              weights.size() - static_cast<std::size_t>(std::ranges::count(weights, 0.0F)));
    const std::size_t size = static_cast<std::size_t>(c.in * c.side * c.side);
    for (const std::size_t lanes : {1UL, 3UL, 16UL}) {
      std::vector<std::vector<float>> images;
      std::vector<float> in(size * lanes);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        images.push_back(random_values(size, 1, 10 + lane));
        for (std::size_t i = 0; i < size; ++i) in[i * lanes + lane] = images[lane][i];
      }
      std::vector<float> out(static_cast<std::size_t>(op.values_out()) * lanes);
      convolution.run(in, bias, lanes, out);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const std::vector<double> expected = plain_convolution(op, images[lane], weights, bias);
        for (std::size_t i = 0; i < expected.size(); ++i)
          ASSERT_NEAR(static_cast<double>(out[i * lanes + lane]), expected[i], 1e-4)
              << c.in << " " << c.kernel;
      }
    }
  }
}

TEST(SparseRuntime, GivesAnImageTheSameDigitsWhateverIsBesideIt) {
  for (const CompressedMatrix::Form form : forms) {
    const CompressedNetwork network = network_of(form, 8);
    const SparseRuntime runtime(network);
    EXPECT_EQ(runtime.classes(), 10u);
    ASSERT_EQ(runtime.values_per_image(), 192u);
    const std::vector<float> images = random_values(192 * 37, 1, 4);  // two sixteens, and five alone
    const std::vector<float> logits = runtime.logits(std::span<const float>(images), 37);
    ASSERT_EQ(logits.size(), 370u);
    for (std::size_t k = 0; k < 37; ++k) {
      const std::vector<float> alone =
          runtime.logits(std::span<const float>(images).subspan(192 * k, 192), 1);
      for (std::size_t c = 0; c < 10; ++c) EXPECT_EQ(alone[c], logits[10 * k + c]);
    }
  }
}

TEST(SparseRuntime, NormalisesImagesOfEightBits) {
  const CompressedNetwork network = network_of(CompressedMatrix::Form::levels, 32);
  const SparseRuntime runtime(network);
  std::vector<std::uint8_t> pixels;
  std::vector<float> values;
  Philox random(6);
  for (std::size_t k = 0; k < 192; ++k) {
    pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
    const std::size_t channel = k / 64;
    values.push_back((static_cast<float>(pixels.back()) / 255.0F - network.mean[channel]) /
                     network.deviation[channel]);
  }
  EXPECT_EQ(runtime.logits(std::span<const std::uint8_t>(pixels), 1),
            runtime.logits(std::span<const float>(values), 1));
}

// The same file by another program, which follows the written format.
TEST(SparseRuntime, PutsOutWhatTheReaderInNumPyDoes) {
  for (const CompressedMatrix::Form form : forms)
    for (const int bits : {32, 8}) {
      const CompressedNetwork network = network_of(form, bits);
      const std::filesystem::path path =
          std::filesystem::temp_directory_path() / ("flash_test_" + std::to_string(::getpid()) + ".fcn");
      FileParts parts;
      std::ofstream(path, std::ios::binary) << fcn_file(network, &parts);
      Json pixels = Json::array();
      std::vector<std::uint8_t> images;
      Philox random(9);
      for (std::size_t k = 0; k < 192 * 4; ++k) {
        images.push_back(static_cast<std::uint8_t>(random.below(256)));
        pixels.push_back(images.back());
      }
      const auto theirs = ask_python(
          "import sys; sys.path.insert(0, data['analysis'])\n"
          "from flash_analysis import fcn\n"
          "network = fcn.read(data['file'])\n"
          "images = np.array(data['pixels'], np.uint8).reshape(-1, 3, 8, 8)\n"
          "result = {'logits': [float(x) for x in fcn.logits(network, images).ravel()], 'parts': network.parts}",
          {{"analysis", FLASH_SOURCE_DIR "/analysis"}, {"file", path.string()}, {"pixels", pixels}});
      std::filesystem::remove(path);
      if (!theirs) GTEST_SKIP() << "there is no Python with SciPy";
      const std::vector<float> ours = SparseRuntime(network).logits(std::span<const std::uint8_t>(images), 4);
      ASSERT_EQ((*theirs)["logits"].size(), ours.size());
      for (std::size_t k = 0; k < ours.size(); ++k) {
        const double x = static_cast<double>(ours[k]);
        EXPECT_NEAR((*theirs)["logits"][k].get<double>(), x, 1e-4 * std::max(1.0, std::abs(x)));
      }
      EXPECT_EQ((*theirs)["parts"]["masks"], parts.masks);
      EXPECT_EQ((*theirs)["parts"]["values"], parts.values);
      EXPECT_EQ((*theirs)["parts"]["header"], parts.header);
      EXPECT_EQ((*theirs)["parts"]["biases"], parts.biases);
    }
}

}  // namespace
}  // namespace flash
