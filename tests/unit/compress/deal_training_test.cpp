// Training a decomposition: bases go downhill, coefficients move by votes, what is stored is counted.
#include "flash/compress/deal_training.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "flash/compress/smart_deal.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

constexpr std::size_t rows = 4, columns = 9;

CompressedMatrix matrix_of(const ShiftAddMatrix& deal) {
  CompressedMatrix matrix;
  matrix.form = CompressedMatrix::Form::shift_add;
  matrix.rows = rows;
  matrix.columns = columns;
  matrix.shift_add = deal;
  return matrix;
}

std::vector<float> random_weights(std::uint64_t seed) {
  Philox random(seed);
  std::vector<float> weights;
  for (std::size_t k = 0; k < rows * columns; ++k)
    weights.push_back(static_cast<float>(0.1 * random.normal()));
  return weights;
}

ShiftAddMatrix random_deal() {
  return smart_deal(random_weights(1), columns, {.block_rows = 6, .threshold = 0.5});
}

// Of |W - target|^2 / 2.
double loss(const DealTraining& training, const std::vector<float>& target, std::vector<float>& gradient) {
  gradient = matrix_of(training.matrix()).dense();
  double sum = 0;
  for (std::size_t k = 0; k < target.size(); ++k) {
    gradient[k] -= target[k];
    sum += static_cast<double>(gradient[k]) * static_cast<double>(gradient[k]) / 2;
  }
  return sum;
}

TEST(DealTraining, BasesGoDownhillAndPowersStay) {
  const ShiftAddMatrix before = random_deal();
  DealTraining training(before, columns);
  EXPECT_EQ(matrix_of(training.matrix()).dense(), matrix_of(before).dense());
  const std::vector<float> target = random_weights(2);
  std::vector<float> gradient;
  const double first = loss(training, target, gradient);
  for (int k = 0; k < 50; ++k) {
    loss(training, target, gradient);
    training.step(gradient, 0.02, 0);
  }
  EXPECT_LT(loss(training, target, gradient), 0.95 * first);
  for (std::size_t b = 0; b < before.blocks.size(); ++b)
    EXPECT_EQ(training.matrix().blocks[b].powers, before.blocks[b].powers);
}

TEST(DealTraining, FullCountersDoubleAndHalve) {
  const ShiftAddMatrix before = random_deal();
  DealTraining training(before, columns);
  const std::vector<float> weights = matrix_of(before).dense();  // downhill all are smaller
  training.step(weights, 0, 1e9);
  EXPECT_EQ(training.matrix().blocks.front().powers, before.blocks.front().powers);
  training.step(weights, 0, 1e-6);  // as many votes as a counter holds
  int moved = 0;
  for (std::size_t b = 0; b < before.blocks.size(); ++b)
    for (std::size_t k = 0; k < before.blocks[b].powers.size(); ++k) {
      const int then = before.blocks[b].powers[k], now = training.matrix().blocks[b].powers[k];
      EXPECT_EQ(then == 0, now == 0);
      const bool flips = std::abs(then) == 8;  // signs change at the least
      if (then != 0) {
        EXPECT_EQ(flips ? then < 0 : then > 0, now > 0);
      }
      EXPECT_LE(std::abs(std::abs(now) - std::abs(then)), 1);
      EXPECT_LE(std::abs(now), 8);
      moved += now != then ? 1 : 0;
    }
  EXPECT_GT(moved, 10);
  // The other way round they come back, but for those that were at an end.
  std::vector<float> up;
  for (const float weight : weights) up.push_back(-weight);
  training.step(up, 0, 1e-6);
  int away = 0;
  for (std::size_t b = 0; b < before.blocks.size(); ++b)
    for (std::size_t k = 0; k < before.blocks[b].powers.size(); ++k)
      away += before.blocks[b].powers[k] != training.matrix().blocks[b].powers[k] ? 1 : 0;
  EXPECT_LT(away, moved / 2);
  // Where few gradients are large, few vote.
  DealTraining few(before, columns);
  std::vector<float> one(weights.size(), 0.0F);
  one[4] = weights[4];
  for (int k = 0; k < DealTraining::full; ++k) few.step(one, 0, 1);
  for (std::size_t b = 1; b < before.blocks.size(); ++b)
    EXPECT_EQ(few.matrix().blocks[b].powers, before.blocks[b].powers);
}

// Half a vote each step fills a counter in twice as many steps, on average, whoever draws.
TEST(DealTraining, PartsOfAVoteAddUp) {
  const ShiftAddMatrix before = random_deal();
  DealTraining training(before, columns);
  std::vector<float> weights = matrix_of(before).dense();
  const auto moved = [&] {
    int sum = 0, all = 0;
    for (std::size_t b = 0; b < before.blocks.size(); ++b)
      for (std::size_t k = 0; k < before.blocks[b].powers.size(); ++k) {
        sum += training.matrix().blocks[b].powers[k] != before.blocks[b].powers[k] ? 1 : 0;
        all += before.blocks[b].powers[k] != 0 ? 1 : 0;
      }
    return static_cast<double>(sum) / all;
  };
  for (int k = 0; k < DealTraining::full / 2; ++k) training.step(weights, 0, 8);
  EXPECT_LT(moved(), 0.05);
  for (int k = 0; k < 40 * DealTraining::full; ++k) training.step(weights, 0, 8);
  EXPECT_GT(moved(), 0.2);
}

TEST(DealTraining, GoesOnFromItsState) {
  const std::vector<float> target = random_weights(2);
  std::vector<float> gradient;
  DealTraining whole(random_deal(), columns);
  DealTraining later(random_deal(), columns);
  for (int k = 0; k < 20; ++k) {
    loss(whole, target, gradient);
    whole.step(gradient, 0.02, 0.5);
    if (k != 9) continue;
    const std::vector<float> state = whole.state();
    EXPECT_EQ(later.restore(state.data()), state.data() + state.size());
  }
  for (int k = 10; k < 20; ++k) {
    loss(later, target, gradient);
    later.step(gradient, 0.02, 0.5);
  }
  EXPECT_EQ(later.state(), whole.state());
}

TEST(DealTraining, GradientsThatAreNoNumbersMoveNothing) {
  DealTraining training(random_deal(), columns);
  const std::vector<float> before = training.state();
  training.step(std::vector<float>(rows * columns, std::nanf("")), 0.1, 1);
  training.step(std::vector<float>(rows * columns, 0.0F), 0.1, 1);
  EXPECT_EQ(training.state(), before);
}

TEST(DealTraining, WhatIsStoredIsCounted) {
  NetworkGraph graph(1, 3);
  graph.append(operators::linear(1, 4, 3), NetworkGraph::image);
  ShiftAddMatrix deal = random_deal();
  deal.sharing = 2;
  double coefficients = 0;
  for (ShiftAddMatrix::Block& block : deal.blocks)
    for (std::size_t k = 0; k < block.powers.size(); ++k) {
      if ((block.first + k / 3) % 3 == 0) block.powers[k] = 0;  // the first row of width of each output
      coefficients += block.powers[k] != 0 ? 1 : 0;
    }
  CompressedNode node;
  node.weights = matrix_of(deal);
  node.first.bits = 8;
  node.first.codes.assign(rows, 1);
  const CompressedNetwork network{std::move(graph), {node}, {0}, {1}};
  const DealStorage storage = deal_storage(network);
  EXPECT_EQ(storage.parameters, rows * columns + rows);
  EXPECT_EQ(storage.codes, 4 * coefficients);
  EXPECT_EQ(storage.counters, 4 * coefficients);
  EXPECT_EQ(storage.masks, 2 * 3 + 8 * 3);  // two groups of three rows; eight rows are left
  EXPECT_EQ(storage.bases, 2 * (16 * 9 + 40));
  EXPECT_EQ(storage.others, 32 * 4);
  const TrainingEnergy energy = training_energy(network, 1), of_many = training_energy(network, 64);
  EXPECT_LT(energy.decomposed, energy.single_precision);
  EXPECT_LT(of_many.single_precision, energy.single_precision);
  EXPECT_NEAR(energy.single_precision, 3 * 4 * 40 * 100 + 8 * 9 * 100 + 3 * 36 * (2.86 + 0.5), 1e-6);
}

}  // namespace
}  // namespace flash
