// A network as an ONNX file, for ONNX Runtime, OpenCV and the compilers of devices.
#pragma once

#include <string>

#include "flash/train/inference_graph.hpp"
#include "flash/train/quantisation.hpp"

namespace flash {

inline constexpr int onnx_opset = 11;
inline constexpr int onnx_opset_quantised = 13;  // from which a scale may be a row's own

// The file's bytes, a function of the graph alone: input "images", float N x C x H x W of any N; output
// "logits", N x classes. Made of Conv, Gemm, Concat, Relu, Elu, AveragePool and Flatten alone.
//
// OpenCV (seen in 4.6) reads Gather with one index only, and thousands of Slice nodes are slow everywhere. So
// a gather of some channels is a 1x1 convolution with one weight a row, which carries the channels' scale and
// shift too; scale and shift of a whole output are a 1x1 depthwise convolution. The selection costs
// (channels read) x (width) multiply-accumulates a pixel beyond the network's own, a ninth at most of what a
// regular layer costs.
std::string onnx_file(const InferenceGraph& graph);

// The same network in 8 bits: what a Conv or Gemm reads goes through QuantizeLinear (unsigned, one scale and zero point
// each) and DequantizeLinear; its weights are signed bytes with a scale a row, its biases 32-bit integers at the product
// of both scales, each behind a DequantizeLinear: as ONNX Runtime and the compilers of devices take them for Conv and
// Gemm of integers. Input and output stay floats.
std::string onnx_file(const InferenceGraph& graph, const ActivationScales& scales);

}  // namespace flash
