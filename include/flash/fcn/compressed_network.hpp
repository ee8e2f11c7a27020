// A compressed network: its graph, and what each of its operators was trained to in the form in which it is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flash/network/network_graph.hpp"

namespace flash {

// Kept weights are code * step, what was pruned is 0.
struct LevelMatrix {
  int bits = 0;  // 1 to 8: codes of -2^(bits - 1) to 2^(bits - 1), without 0
  float step = 0;
  std::vector<std::int16_t> codes;  // [row][column]; 0: pruned
};

// Rows of `width` weights as sums of a basis' rows, each times a power of two (SmartDeal): a block's weights are
// Q B, Q of 0 and +-2^(exponent - k), k of 0 to 7, B of int8 codes times a step. Each row of the matrix, filled up with
// zeros, is cut into as many of them as it needs.
inline constexpr int coefficient_bits = 4;  // of a power and its sign
struct ShiftAddMatrix {
  struct Block {
    std::size_t first = 0, rows = 0;  // of the matrix with rows of `width`
    int exponent = 0;                 // of the largest power
    float step = 0;
    std::vector<std::int8_t> basis;   // [width][width]
    std::vector<std::int8_t> powers;  // [row][width]: 0, or sign * (1 + k)
  };
  int width = 3;
  std::size_t sharing = 0;    // so many outputs have zeros in the same rows of `width`; 0: as it happens
  std::vector<Block> blocks;  // one after the other, all rows of the matrix
};

// Weights of a convolution (out x in/groups x kernel x kernel) or a linear operator (out x in): a row an output.
struct CompressedMatrix {
  enum class Form : std::uint8_t { values, levels, shift_add };
  Form form = Form::values;
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;  // [row][column]; 0: pruned
  LevelMatrix levels;
  ShiftAddMatrix shift_add;

  std::vector<float> dense() const;  // [row][column], single precision, rounded once a product or sum
  std::size_t kept() const;          // weights that are not 0
};

// Biases, or scales and shifts of norms.
struct CompressedVector {
  int bits =
      32;  // 32: values as they are; 2 to 16: codes of -(2^(bits - 1) - 1) to 2^(bits - 1) - 1 times the step
  float step = 0;
  std::vector<float> values;        // of 32 bits
  std::vector<std::int32_t> codes;  // of fewer
  std::size_t size() const { return bits == 32 ? values.size() : codes.size(); }
  float at(std::size_t i) const { return bits == 32 ? values[i] : static_cast<float>(codes[i]) * step; }
};

// What a node of the graph has of these: a convolution weights, a linear operator weights and biases, a norm scales and
// shifts of its channels (as of inference: gamma / sqrt(variance + epsilon), beta - mean times that), others nothing.
struct CompressedNode {
  CompressedMatrix weights;
  CompressedVector first;   // bias, or scale
  CompressedVector second;  // shift
};

// What a network has of trained values: weights, and biases and the two of a norm a channel beside them.
struct NetworkSize {
  std::int64_t weights = 0, parameters = 0;
  bool operator==(const NetworkSize&) const = default;
};

struct CompressedNetwork {
  NetworkGraph graph;
  std::vector<CompressedNode> nodes;  // as the graph's
  // An image of 8 bits a value is read as (value / 255 - mean) / deviation, by channel.
  std::vector<float> mean, deviation;
  // Of the network before units were removed, no smaller than the graph's; 0: none were.
  NetworkSize original{};
};
// Of the network that was compressed: its original, where it has one, else what the graph has.
NetworkSize size_of(const CompressedNetwork& network);

}  // namespace flash
