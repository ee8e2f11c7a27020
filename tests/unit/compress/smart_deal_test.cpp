// SmartDeal: what is a product of powers of two and a basis comes back, errors fall with less pruning.
#include "flash/compress/smart_deal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/random.hpp"

namespace flash {
namespace {

std::vector<float> dense(const ShiftAddMatrix& matrix, std::size_t count) {
  CompressedMatrix whole;
  whole.form = CompressedMatrix::Form::shift_add;
  whole.rows = 1;
  whole.columns = count;
  whole.shift_add = matrix;
  return whole.dense();
}

double relative_error(const std::vector<float>& weights, const SmartDealSettings& settings) {
  const std::vector<float> near = dense(smart_deal(weights, weights.size(), settings), weights.size());
  double error = 0, all = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    error += std::pow(static_cast<double>(weights[k] - near[k]), 2);
    all += std::pow(static_cast<double>(weights[k]), 2);
  }
  return std::sqrt(error / all);
}

TEST(SmartDeal, PowersOfTwoAreThemselves) {
  Philox random(1);
  std::vector<float> weights;
  for (int k = 0; k < 300; ++k)
    weights.push_back(std::ldexp(random.below(2) == 0 ? 1.0F : -1.0F, -static_cast<int>(random.below(8))));
  EXPECT_LT(relative_error(weights, {}), 0.01);  // of rounding the basis to 8 bits
}

TEST(SmartDeal, IsNearRandomWeights) {
  Philox random(2);
  std::vector<float> weights;
  for (int k = 0; k < 1'000; ++k) weights.push_back(static_cast<float>(0.05 * random.normal()));
  const double error = relative_error(weights, {});
  EXPECT_LT(error, 0.2);  // the nearest powers of two alone are off by up to a third
  EXPECT_LT(error, relative_error(weights, {.threshold = 0.5}));
  EXPECT_LT(relative_error(weights, {.threshold = 0.5}), relative_error(weights, {.threshold = 1}));
  // Blocks are of even sizes, at most as large as asked.
  const ShiftAddMatrix matrix = smart_deal(weights, 1'000, {.block_rows = 100});
  ASSERT_EQ(matrix.blocks.size(), 4u);
  for (const auto& block : matrix.blocks) EXPECT_LE(block.rows, 100u);
}

TEST(SmartDeal, RowsThatArePrunedStayZero) {
  Philox random(3);
  std::vector<float> weights;
  std::vector<std::uint8_t> kept;
  for (int k = 0; k < 90; ++k) weights.push_back(static_cast<float>(random.normal()));
  for (int row = 0; row < 30; ++row) kept.push_back(row % 3 == 0 ? 0 : 1);
  const std::vector<float> near = dense(smart_deal(weights, 90, {}, kept), 90);
  for (std::size_t k = 0; k < 90; ++k)
    if (k / 3 % 3 == 0) {
      EXPECT_EQ(near[k], 0);
    }
}

TEST(SmartDeal, ZerosAndSingleWeights) {
  const std::vector<float> zeros(10);
  EXPECT_EQ(dense(smart_deal(zeros, 10, {}), 10), zeros);
  const std::vector<float> one{0.7F};
  EXPECT_NEAR(dense(smart_deal(one, 1, {}), 1)[0], 0.7F, 0.01);
}

}  // namespace
}  // namespace flash
