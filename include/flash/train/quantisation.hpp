// A network in whole numbers: what its convolutions and matrix products read and multiply by has 8 bits, as ONNX's
// QuantizeLinear and DequantizeLinear have it (operator set 13). All else stays in single precision.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "flash/train/inference_graph.hpp"

namespace flash {

// A value x is kept as clamp(round(x / scale) + zero, 0, 255), halves rounded to even.
struct ActivationScale {
  float scale = 1;
  std::uint8_t zero = 0;
  bool operator==(const ActivationScale&) const = default;
};

// By InferenceGraph::Value; what no convolution or matrix product reads has none of its own.
using ActivationScales = std::vector<ActivationScale>;

// A weight w of row r is codes * scale[r], a bias of it bias * scale[r] * (the scale of what is read), in 32 bits.
struct WholeMatrix {
  at::Tensor codes;  // -127 to 127, int8, shaped as the weights
  at::Tensor scale;  // float, [out]
  at::Tensor bias;   // int32, [out]
};

// Weights that are whole multiples of the node's step lie on it, and lose nothing; others' largest of a row is 127, or
// 2^(bits - 1) - 1 with fewer bits, 2 to 8.
WholeMatrix in_whole_numbers(const InferenceGraph::Node& node, float input_scale, int bits = 8);

// Scales so that nothing that these images lead to is clipped: the least and the largest of each value, 0 among them.
// `batch(k)`: normalised images N x C x H x W, for k < batches. Throws Error bad_data where values are not finite.
ActivationScales calibrate(const InferenceGraph& graph, std::size_t batches,
                           const std::function<at::Tensor(std::size_t)>& batch);

// Logits, N x classes, on one thread. With scales: what the whole numbers stand for, computed in single precision.
at::Tensor run_graph(const InferenceGraph& graph, const at::Tensor& images,
                     const ActivationScales* scales = nullptr);

// The same with scales, but what convolutions and linear operators put out is another's, by their node and what they
// read, which is not rounded yet. Norms that are left in gathers stay products of 8 bits.
using MatrixProduct = std::function<at::Tensor(std::size_t node, const at::Tensor& x)>;
at::Tensor run_graph(const InferenceGraph& graph, const at::Tensor& images, const ActivationScales& scales,
                     const MatrixProduct& product);

}  // namespace flash
