#include "flash/fcn/compressed_network.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace flash {
namespace {

void add_block(const ShiftAddMatrix& matrix, const ShiftAddMatrix::Block& block, std::size_t columns,
               std::vector<float>& weights) {
  const auto width = static_cast<std::size_t>(matrix.width);
  const std::size_t of_row = (columns + width - 1) / width;
  for (std::size_t row = 0; row < block.rows; ++row) {
    const std::size_t first = (block.first + row) % of_row * width;
    for (std::size_t c = 0; c < std::min(width, columns - first); ++c) {
      // In whole numbers: powers of two times codes, exact in double precision.
      double sum = 0;
      for (std::size_t k = 0; k < width; ++k) {
        const int power = block.powers[row * width + k];
        if (power == 0) continue;
        const double value = std::ldexp(block.basis[k * width + c], block.exponent - (std::abs(power) - 1));
        sum += power < 0 ? -value : value;
      }
      weights[(block.first + row) / of_row * columns + first + c] =
          static_cast<float>(sum * static_cast<double>(block.step));
    }
  }
}

}  // namespace

std::vector<float> CompressedMatrix::dense() const {
  switch (form) {
    case Form::values:
      return values;
    case Form::levels: {
      std::vector<float> weights;
      weights.reserve(levels.codes.size());
      for (const std::int16_t code : levels.codes) weights.push_back(static_cast<float>(code) * levels.step);
      return weights;
    }
    case Form::shift_add: {
      std::vector<float> weights(rows * columns);
      for (const ShiftAddMatrix::Block& block : shift_add.blocks)
        add_block(shift_add, block, columns, weights);
      return weights;
    }
  }
  return {};
}

std::size_t CompressedMatrix::kept() const {
  const std::vector<float> weights = dense();
  return weights.size() - static_cast<std::size_t>(std::ranges::count(weights, 0.0F));
}

NetworkSize size_of(const CompressedNetwork& network) {
  if (network.original.parameters > 0) return network.original;
  NetworkSize size;
  for (const NetworkGraph::Node& node : network.graph.nodes()) {
    size.weights += node.op.weights();
    size.parameters += node.op.parameters();
  }
  return size;
}

}  // namespace flash
