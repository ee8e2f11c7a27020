// Layers in crossbars against a loop over cells and bits.
#include "crossbar_matrix.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "adc_kernel.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

using Node = InferenceGraph::Node;

at::Tensor uniform_values(std::vector<std::int64_t> sizes, std::uint64_t seed, double low, double high) {
  const at::Tensor values = at::empty(sizes);
  Philox random(seed);
  for (std::int64_t k = 0; k < values.numel(); ++k)
    values.data_ptr<float>()[k] = static_cast<float>(low + (high - low) * random.uniform());
  return values;
}

Node layer(std::int64_t out, std::int64_t in, int kernel, int stride, int groups) {
  Node node;
  node.kind = InferenceGraph::Kind::convolution;
  node.weight = uniform_values({out, in / groups, kernel, kernel}, 1, -1, 1);
  node.bias = uniform_values({out}, 2, -1, 1);
  node.kernel = kernel, node.stride = stride, node.padding = kernel / 2, node.groups = groups;
  return node;
}

// One number at a time. Stuck cells are drawn in the order of slices, outputs, rows.
at::Tensor by_cells(const Node& node, ActivationScale input, const ChipArithmetic& chip, std::uint64_t seed,
                    const CrossbarMatrix& matrix, const at::Tensor& x) {
  const WholeMatrix whole = in_whole_numbers(node, input.scale, chip.weight_bits);
  const at::Tensor codes = whole.codes.to(at::kInt);
  const std::int64_t out = codes.size(0), in = codes.size(1), k = codes.size(2), rows = in * k * k;
  const std::int64_t bits = chip.pairs ? chip.weight_bits - 1 : chip.weight_bits;
  const std::int64_t half = (bits + chip.cell_bits - 1) / chip.cell_bits,
                     slices = chip.pairs ? 2 * half : half;
  const int offset = chip.pairs ? 0 : 1 << (chip.weight_bits - 1), full = (1 << chip.cell_bits) - 1;
  std::vector<int> cells;
  Philox stuck(seed, std::uint64_t{6} << 56);
  for (std::int64_t s = 0; s < slices; ++s)
    for (std::int64_t c = 0; c < out * rows; ++c) {
      const int code = codes.data_ptr<int>()[c] + offset;
      int cell = (std::max(0, s < half ? code : -code) >> (s % half * chip.cell_bits)) & full;
      if (chip.stuck_off + chip.stuck_on > 0) {
        const double drawn = stuck.uniform();
        if (drawn < chip.stuck_off)
          cell = 0;
        else if (drawn < chip.stuck_off + chip.stuck_on)
          cell = full;
      }
      cells.push_back(cell);
    }
  const std::int64_t side = x.size(2), side_out = (side + 2 * node.padding - k) / node.stride + 1;
  at::Tensor y = at::zeros({x.size(0), out, side_out, side_out});
  const float last = static_cast<float>((1 << chip.adc_bits) - 1);
  for (std::int64_t n = 0; n < x.size(0); ++n)
    for (std::int64_t o = 0; o < out; ++o)
      for (std::int64_t v = 0; v < side_out; ++v)
        for (std::int64_t u = 0; u < side_out; ++u) {
          std::vector<int> q;  // of each row
          const std::int64_t first_in = o / (out / node.groups) * in;
          for (std::int64_t i = 0; i < in; ++i)
            for (std::int64_t dv = 0; dv < k; ++dv)
              for (std::int64_t du = 0; du < k; ++du) {
                const std::int64_t at_v = v * node.stride + dv - node.padding,
                                   at_u = u * node.stride + du - node.padding;
                int code = input.zero;
                if (at_v >= 0 && at_v < side && at_u >= 0 && at_u < side)
                  code = std::clamp(static_cast<int>(std::nearbyint(
                                        x[n][first_in + i][at_v][at_u].item<float>() / input.scale)) +
                                        input.zero,
                                    0, (1 << chip.activation_bits) - 1);
                q.push_back(code);
              }
          double sum = 0;
          for (std::int64_t r = 0; r < rows; ++r) sum -= offset * q[static_cast<std::size_t>(r)];
          for (std::int64_t first = 0; first < rows; first += chip.crossbar_rows)
            for (int bit = 0; bit < chip.activation_bits; ++bit)
              for (std::int64_t s = 0; s < slices; ++s) {
                int column = 0;
                for (std::int64_t r = first; r < std::min(rows, first + chip.crossbar_rows); ++r)
                  column += (q[static_cast<std::size_t>(r)] >> bit & 1) *
                            cells[static_cast<std::size_t>((s * out + o) * rows + r)];
                const AdcLadder ladder = matrix.ladders(
                    static_cast<std::size_t>(first / chip.crossbar_rows))[static_cast<std::size_t>(s)];
                const float level = std::floor(
                    std::clamp((static_cast<float>(column) - ladder.low) * (1 / ladder.step), 0.0F, last) +
                    0.5F);
                const double worth =
                    std::ldexp(s < half ? 1 : -1, bit + static_cast<int>(s % half) * chip.cell_bits);
                sum += worth * static_cast<double>(ladder.low) +
                       worth * static_cast<double>(ladder.step) * static_cast<double>(level);
              }
          double own = whole.bias[o].item<int>();
          for (std::int64_t r = 0; r < rows; ++r) own -= input.zero * codes.data_ptr<int>()[o * rows + r];
          const double unit =
              static_cast<double>(whole.scale[o].item<float>()) * static_cast<double>(input.scale);
          if (matrix.shift().defined())
            sum = (sum + own) * matrix.gain() + matrix.shift()[o].item<double>() - own;
          y[n][o][v][u] = static_cast<float>((sum + own) * unit);
        }
  return y;
}

struct CrossbarCase {
  const char* name;
  int kernel, stride, groups, cell_bits, adc_bits;
  bool whole;
  double stuck;
  bool pairs = false;
};

class CrossbarCases : public testing::TestWithParam<CrossbarCase> {};

TEST_P(CrossbarCases, EqualALoopOverCellsAndBits) {
  const CrossbarCase& c = GetParam();
  const Node node = layer(6, 6, c.kernel, c.stride, c.groups);
  ChipArithmetic chip;
  chip.crossbar_rows = 20;
  chip.cell_bits = c.cell_bits, chip.adc_bits = c.adc_bits, chip.adc_whole_range = c.whole;
  chip.stuck_off = chip.stuck_on = c.stuck;
  chip.pairs = c.pairs;
  const ActivationScale input{0.01F, 40};
  const at::Tensor x = uniform_values({2, 6, 5, 5}, 3, -0.4, 2.1);
  CrossbarMatrix matrix(node, input, chip, 7);
  matrix.calibrate(x);
  const at::Tensor expected = by_cells(node, input, chip, 7, matrix, x);
  EXPECT_TRUE(at::equal(matrix.product(x, 0), expected))
      << (matrix.product(x, 0) - expected).abs().max().item<float>();
}

INSTANTIATE_TEST_SUITE_P(Layers, CrossbarCases,
                         testing::Values(CrossbarCase{"FourBits", 3, 1, 1, 1, 4, false, 0},
                                         CrossbarCase{"WholeRange", 3, 1, 1, 1, 3, true, 0},
                                         CrossbarCase{"Exact", 3, 1, 1, 1, 5, true, 0},
                                         CrossbarCase{"StuckExact", 3, 1, 1, 1, 5, true, 0.05},
                                         CrossbarCase{"StuckCells", 3, 2, 1, 1, 4, false, 0.05},
                                         CrossbarCase{"TwoBitsACell", 3, 1, 1, 2, 4, false, 0.02},
                                         CrossbarCase{"Pointwise", 1, 1, 1, 3, 3, false, 0},
                                         CrossbarCase{"Pairs", 3, 1, 1, 1, 3, false, 0.02, true},
                                         CrossbarCase{"PairsExact", 3, 1, 1, 2, 6, true, 0, true},
                                         CrossbarCase{"Depthwise", 3, 1, 6, 1, 3, false, 0.02},
                                         CrossbarCase{"Grouped", 3, 2, 2, 2, 4, false, 0.02}),
                         [](const auto& named) { return std::string(named.param.name); });

TEST(CrossbarMatrix, IsTheWholeNumbersWhereConvertersTellAllSumsApart) {
  ChipArithmetic chip;
  chip.crossbar_rows = 20;
  chip.adc_bits = 5, chip.adc_whole_range = true;
  const at::Tensor x = uniform_values({2, 6, 5, 5}, 3, -0.4, 2.1);
  const CrossbarMatrix matrix(layer(6, 6, 3, 1, 1), {0.01F, 40}, chip, 7);
  EXPECT_TRUE(matrix.is_exact());
  EXPECT_TRUE(at::equal(matrix.product(x, 0), matrix.exact(x)));
  EXPECT_EQ(matrix.equivalent_noise(x, 0), 0.0);
  chip.adc_bits = 4;
  const CrossbarMatrix coarse(layer(6, 6, 3, 1, 1), {0.01F, 40}, chip, 7);
  EXPECT_FALSE(coarse.is_exact());
  EXPECT_GT(coarse.equivalent_noise(x, 0), 0.0);
}

// Independent cells: the variance of a column's sum is that of one cell's current times their number.
TEST(CrossbarMatrix, ReadNoiseHasTheVarianceOfItsCells) {
  Node node = layer(1, 64, 1, 1, 1);
  node.weight = at::ones({1, 64, 1, 1});  // of 127 + 128: all cells hold 1
  node.bias = at::zeros({1});
  ChipArithmetic chip;
  chip.activation_bits = 1, chip.adc_bits = 16, chip.read_noise = 0.5;
  chip.adc_whole_range = true;
  const at::Tensor x = at::ones({4000, 64, 1, 1});
  const CrossbarMatrix matrix(node, {1.0F / 255, 0}, chip, 7);
  const at::Tensor y = matrix.product(x, 0).to(at::kDouble) * 127;
  EXPECT_NEAR(y.mean().item<double>(), 64 * 127, 64);
  // Sums of 64 are rounded to whole numbers, with an error of 1/12; slices weigh 1, 4, 16, ... (4^8 - 1) / 3.
  const double expected = (64 * 0.25 + 1.0 / 12) * 21845;
  EXPECT_NEAR(y.var().item<double>() / expected, 1, 0.1);
  EXPECT_TRUE(at::equal(matrix.product(x, 3), matrix.product(x, 3)));
  EXPECT_FALSE(at::equal(matrix.product(x, 3), matrix.product(x, 4)));
}

TEST(QuickNormal, HasTheMomentsThatItsHeaderTells) {
  double sum = 0, squares = 0, fourth = 0;
  constexpr int count = 1'000'000;
  for (std::uint32_t k = 0; k < count; ++k) {
    const auto v = static_cast<double>(quick_normal(17, k));
    sum += v, squares += v * v, fourth += v * v * v * v;
  }
  EXPECT_NEAR(sum / count, 0, 0.004);
  EXPECT_NEAR(squares / count, 1, 0.006);
  EXPECT_NEAR(fourth / count, 2.7, 0.03);
}

TEST(FittedLadder, LosesNothingWhereItNeedNotAndBeatsTheWholeRangeElsewhere) {
  EXPECT_EQ(fitted_ladder({0, 0, 5, 1, 0, 9}, 2), (AdcLadder{2, 1}));
  std::vector<std::int64_t> histogram(257);
  for (int k = 0; k < 257; ++k)
    histogram[static_cast<std::size_t>(k)] = std::llround(1e6 * std::exp(-0.5 * std::pow((k - 60) / 8.0, 2)));
  const AdcLadder ladder = fitted_ladder(histogram, 4);
  EXPECT_GT(ladder.low, 30);
  EXPECT_LT(ladder.low + 15 * ladder.step, 90);
}

}  // namespace
}  // namespace flash
