// Networks with an operator of most kinds, in every form.
#pragma once

#include <algorithm>
#include <utility>

#include "flash/core/random.hpp"
#include "flash/fcn/compressed_network.hpp"

namespace flash {

inline CompressedVector vector_of(std::size_t size, int bits, std::uint64_t seed) {
  Philox random(seed);
  CompressedVector vector;
  vector.bits = bits;
  vector.step = 0.0125F;
  for (std::size_t k = 0; k < size; ++k) {
    if (bits == 32)
      vector.values.push_back(static_cast<float>(random.normal()));
    else
      vector.codes.push_back(static_cast<std::int32_t>(random.below((1U << bits) - 1)) - (1 << (bits - 1)) +
                             1);
  }
  return vector;
}

inline CompressedMatrix matrix_of(std::size_t rows, std::size_t columns, CompressedMatrix::Form form,
                                  std::uint64_t seed) {
  Philox random(seed);
  CompressedMatrix matrix;
  matrix.form = form;
  matrix.rows = rows;
  matrix.columns = columns;
  const std::size_t count = rows * columns;
  if (form == CompressedMatrix::Form::values)
    for (std::size_t k = 0; k < count; ++k)
      matrix.values.push_back(random.uniform() < 0.2 ? static_cast<float>(random.normal()) : 0.0F);
  if (form == CompressedMatrix::Form::levels) {
    matrix.levels.bits = 3;
    matrix.levels.step = 0.05F;
    for (std::size_t k = 0; k < count; ++k) {
      const int code = static_cast<int>(random.below(4)) + 1;
      matrix.levels.codes.push_back(
          static_cast<std::int16_t>(random.uniform() < 0.2 ? (random.below(2) == 0 ? code : -code) : 0));
    }
  }
  if (form == CompressedMatrix::Form::shift_add) {
    const std::size_t of_row = (columns + 2) / 3, of_width = rows * of_row, sharing = 2;
    matrix.shift_add.sharing = sharing;
    std::vector<bool> shared((rows + 1) / sharing * of_row);
    for (std::size_t k = 0; k < shared.size(); ++k) shared[k] = random.uniform() < 0.6;
    for (std::size_t first = 0; first < of_width; first += 64) {
      ShiftAddMatrix::Block block{.first = first,
                                  .rows = std::min<std::size_t>(64, of_width - first),
                                  .exponent = -2,
                                  .step = 0.01F,
                                  .basis = {},
                                  .powers = {}};
      for (int k = 0; k < 9; ++k)
        block.basis.push_back(static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127));
      for (std::size_t k = 0; k < 3 * block.rows; ++k) {
        const std::size_t row = first + k / 3;
        const int power = static_cast<int>(random.below(17)) - 8;
        block.powers.push_back(
            static_cast<std::int8_t>(shared[row / of_row / sharing * of_row + row % of_row] ? power : 0));
      }
      matrix.shift_add.blocks.push_back(std::move(block));
    }
  }
  return matrix;
}

inline CompressedNetwork network_of(CompressedMatrix::Form form, int bits) {
  NetworkGraph graph(3, 8);
  namespace op = operators;
  const auto a = graph.append(op::convolution(3, 6, 3, 1, 8), NetworkGraph::image);
  const auto b = graph.append(op::norm(6, 8), a);
  const auto c = graph.append(op::relu(6, 8), b);
  Operator depthwise = op::convolution(6, 6, 3, 2, 8, 6);
  const auto d = graph.append(depthwise, c);
  const auto e = graph.append(op::average_pool(6, 8, 2), b);
  const auto f = graph.combine(op::add(6, 4, 4), {d, e});
  const auto g = graph.gather(op::gather(7, 4), {f, e}, {{}, {3}});
  const auto h = graph.append(op::hard_swish(7, 4), g);
  const auto i = graph.append(op::average_pool(7, 4, 4), h);
  graph.append(op::linear(7, 10, 1), i);
  CompressedNetwork network{std::move(graph), {}, {0.4F, 0.5F, 0.6F}, {0.2F, 0.21F, 0.22F}};
  std::uint64_t seed = 1;
  for (const NetworkGraph::Node& of : network.graph.nodes()) {
    CompressedNode node;
    const auto out = static_cast<std::size_t>(of.op.out);
    if (of.op.has_matrix())
      node.weights = matrix_of(out, static_cast<std::size_t>(of.op.weights()) / out, form, ++seed);
    if (of.op.kind == Operator::Kind::norm || of.op.bias) node.first = vector_of(out, bits, ++seed);
    if (of.op.kind == Operator::Kind::norm) node.second = vector_of(out, bits, ++seed);
    network.nodes.push_back(std::move(node));
  }
  return network;
}

inline constexpr CompressedMatrix::Form forms[] = {
    CompressedMatrix::Form::values, CompressedMatrix::Form::levels, CompressedMatrix::Form::shift_add};

}  // namespace flash
