// Dead units: the same logits of a smaller network, and only where that is exact.
#include "flash/compress/dead_units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/random.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/runtime.hpp"

namespace flash {
namespace {

namespace op = operators;

CompressedVector random_vector(std::size_t size, int bits, Philox& random) {
  CompressedVector vector;
  vector.bits = bits;
  vector.step = 0.01F;
  for (std::size_t k = 0; k < size; ++k) {
    const int code = static_cast<int>(random.below(100)) - 50;
    if (bits == 32) vector.values.push_back(static_cast<float>(code) * 0.01F);
    if (bits != 32) vector.codes.push_back(code);
  }
  return vector;
}

// Kept with a likelihood that differs much from column to column, as pruning leaves it.
CompressedNetwork with_values(NetworkGraph graph, double share, int bias_bits, bool levels,
                              std::uint64_t seed) {
  Philox random(seed);
  CompressedNetwork network{std::move(graph), {}, {0.3F}, {0.2F}};
  for (const NetworkGraph::Node& of : network.graph.nodes()) {
    CompressedNode node;
    const auto out = static_cast<std::size_t>(of.op.out);
    if (of.op.has_matrix()) {
      CompressedMatrix& matrix = node.weights;
      matrix.rows = out;
      matrix.columns = static_cast<std::size_t>(of.op.weights()) / out;
      std::vector<double> of_column, of_row;
      for (std::size_t c = 0; c < matrix.columns; ++c) of_column.push_back(std::pow(random.uniform(), 4) * 5);
      for (std::size_t r = 0; r < out; ++r) of_row.push_back(std::pow(random.uniform(), 2) * 3);
      if (levels) {
        matrix.form = CompressedMatrix::Form::levels;
        matrix.levels.bits = 3;
        matrix.levels.step = 0.05F;
      }
      for (std::size_t r = 0; r < out; ++r)
        for (std::size_t c = 0; c < matrix.columns; ++c) {
          const bool kept = random.uniform() < share * of_column[c] * of_row[r];
          const int code =
              kept ? (static_cast<int>(random.below(4)) + 1) * (random.below(2) == 0 ? 1 : -1) : 0;
          if (levels) matrix.levels.codes.push_back(static_cast<std::int16_t>(code));
          if (!levels) matrix.values.push_back(static_cast<float>(code) * 0.05F);
        }
    }
    const bool norm = of.op.kind == Operator::Kind::norm;
    if (norm || of.op.bias) node.first = random_vector(out, bias_bits, random);
    if (norm) node.second = random_vector(out, bias_bits, random);
    network.nodes.push_back(std::move(node));
  }
  return network;
}

NetworkGraph lenet(int padding = 0) {
  NetworkGraph graph(1, 28);
  Operator first = op::convolution(1, 20, 5, 1, 28), second = op::convolution(20, 50, 5, 1, 12);
  for (Operator* layer : {&first, &second}) {
    layer->bias = true;
    layer->padding = layer == &first ? 0 : padding;
    layer->side_out = layer->side_in + 2 * layer->padding - 4;
  }
  const int side = second.side_out / 2;
  const auto a = graph.append(op::max_pool(20, 24, 2, 2), graph.append(first, NetworkGraph::image));
  const auto b = graph.append(op::max_pool(50, second.side_out, 2, 2), graph.append(second, a));
  const auto c = graph.append(op::relu(500, 1), graph.append(op::linear(50, 500, side), b));
  graph.append(op::linear(500, 10, 1), c);
  return graph;
}

std::vector<float> logits(const CompressedNetwork& network) {
  Philox random(7);
  std::vector<std::uint8_t> images(4 * 28 * 28);
  for (std::uint8_t& pixel : images) pixel = static_cast<std::uint8_t>(random.below(256));
  return SparseRuntime(network).logits(std::span<const std::uint8_t>(images), 4);
}

std::int64_t parameters(const CompressedNetwork& network) { return counts(network.graph).parameters; }

TEST(DeadUnits, PutsOutTheSame) {
  for (const bool levels : {false, true})
    for (const int bits : {32, 8})
      for (const int padding : {0, 2})
        for (const double share : {0.01, 0.1}) {
          const CompressedNetwork whole = with_values(lenet(padding), share, bits, levels, 3);
          const CompressedNetwork less = without_dead_units(whole);
          const std::vector<float> then = logits(whole), now = logits(less);
          ASSERT_EQ(now.size(), then.size());
          for (std::size_t k = 0; k < now.size(); ++k)
            EXPECT_NEAR(now[k], then[k], 1e-4 * (1 + std::abs(static_cast<double>(then[k]))));
          EXPECT_EQ(size_of(less), size_of(whole));
          EXPECT_LE(parameters(less), parameters(whole));
          if (share < 0.05) {
            EXPECT_LT(parameters(less), parameters(whole) / 2);
            EXPECT_LT(fcn_file(less).size(), fcn_file(whole).size());
          }
          // There is nothing more to remove, and the file says what there was.
          EXPECT_EQ(parameters(without_dead_units(less)), parameters(less));
          const CompressedNetwork read = network_of_fcn(fcn_file(less));
          EXPECT_EQ(size_of(read), size_of(whole));
          EXPECT_EQ(fcn_file(read), fcn_file(less));
        }
}

// Two convolutions with a norm between; the first has a filter of zeros.
NetworkGraph two_convolutions(int padding, bool bias) {
  NetworkGraph graph(1, 8);
  const auto a = graph.append(op::convolution(1, 3, 3, 1, 8), NetworkGraph::image);
  const auto b = graph.append(op::relu(3, 8), graph.append(op::norm(3, 8), a));
  Operator second = op::convolution(3, 2, 3, 1, 8);
  second.padding = padding;
  second.side_out = 6 + 2 * padding;
  second.bias = bias;
  const auto c = graph.append(op::flatten(2, second.side_out), graph.append(second, b));
  graph.append(op::linear(2 * second.side_out * second.side_out, 2, 1), c);
  return graph;
}

TEST(DeadUnits, WhatIsConstantGoesWhereItFitsIntoBiases) {
  struct Case {
    int padding;
    bool bias;
    int bits;
    float shift;
    int left;
  };
  for (const Case& c : {Case{0, true, 32, 0.5F, 2}, Case{1, true, 32, 0.5F, 3}, Case{0, false, 32, 0.5F, 3},
                        Case{0, true, 8, 0.5F, 3}, Case{1, false, 8, -0.5F, 2}}) {
    CompressedNetwork whole = with_values(two_convolutions(c.padding, c.bias), 100, c.bits, false, 1);
    for (std::size_t k = 9; k < 18; ++k) whole.nodes[0].weights.values[k] = 0;
    CompressedVector& shift = whole.nodes[1].second;
    if (c.bits == 32) shift.values[1] = c.shift;
    if (c.bits != 32) shift.codes[1] = static_cast<int>(c.shift * 100);
    const CompressedNetwork less = without_dead_units(whole);
    EXPECT_EQ(less.graph.nodes().front().op.out, c.left) << c.padding << c.bias << c.bits << c.shift;
    Philox random(5);
    std::vector<std::uint8_t> image(64);
    for (std::uint8_t& pixel : image) pixel = static_cast<std::uint8_t>(random.below(256));
    const std::vector<float> then = SparseRuntime(whole).logits(std::span<const std::uint8_t>(image), 1);
    const std::vector<float> now = SparseRuntime(less).logits(std::span<const std::uint8_t>(image), 1);
    for (std::size_t k = 0; k < then.size(); ++k) EXPECT_NEAR(now[k], then[k], 1e-4);
  }
}

TEST(DeadUnits, WhatOthersReadStays) {
  NetworkGraph graph(1, 8);
  const auto a = graph.append(op::convolution(1, 4, 3, 1, 8), NetworkGraph::image);
  const auto b = graph.append(op::convolution(4, 4, 3, 1, 8), a);
  const auto c = graph.combine(op::add(4, 8, 4), {a, b});
  graph.append(op::linear(4, 2, 8), c);
  CompressedNetwork network = with_values(std::move(graph), 100, 32, true, 1);
  for (CompressedNode& node : network.nodes) std::ranges::fill(node.weights.levels.codes, std::int16_t{0});
  EXPECT_EQ(parameters(without_dead_units(network)), parameters(network));
  // One unit a layer stays, whatever is zero.
  network = with_values(lenet(), 0, 32, true, 1);
  const CompressedNetwork least = without_dead_units(network);
  for (const NetworkGraph::Node& node : least.graph.nodes()) EXPECT_GE(node.op.out, 1);
  EXPECT_EQ(least.graph.nodes()[4].op.out, 1);
}

TEST(DeadUnits, DecomposedWeightsAreLeftAlone) {
  CompressedNetwork network = with_values(lenet(), 0.01, 32, true, 1);
  for (CompressedNode& node : network.nodes) {
    if (node.weights.rows == 0) continue;
    CompressedMatrix decomposed;
    decomposed.form = CompressedMatrix::Form::shift_add;
    decomposed.rows = node.weights.rows;
    decomposed.columns = node.weights.columns;
    const std::size_t rows = decomposed.rows * ((decomposed.columns + 2) / 3);
    decomposed.shift_add.blocks.push_back({.first = 0,
                                           .rows = rows,
                                           .exponent = 0,
                                           .step = 1,
                                           .basis = std::vector<std::int8_t>(9),
                                           .powers = std::vector<std::int8_t>(3 * rows)});
    node.weights = std::move(decomposed);
  }
  EXPECT_EQ(parameters(without_dead_units(network)), parameters(network));
}

}  // namespace
}  // namespace flash
