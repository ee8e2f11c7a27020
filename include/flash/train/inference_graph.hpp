// A trained network as the plain steps of its inference: what TorchScript and ONNX files are written from.
//
// Batch norms. In inference a norm is y = scale * x + shift for each channel; no running statistics are left.
//   - A norm that follows a convolution and is its only reader is folded into the convolution's weights and
//     bias. So go all norms inside and behind depthwise blocks, those of layers 0 and 1 of a cell, and the
//     head's.
//   - From layer 2 on a dense-cells layer is pre-activation: norm and ReLU come before its convolution, and
//   an
//     output is read by several layers, each with a norm of its own. Such a norm stays, as scale and shift of
//     the channels where they are gathered (Selection::affine); but where a layer is the only reader of all
//     of an output, that part of its norm too is folded into the convolution before it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "flash/train/gather_norm.hpp"

namespace flash {

// y = scale * x + shift, one value a channel, double precision. Undefined tensors: y = x.
struct ChannelAffine {
  at::Tensor scale;
  at::Tensor shift;
  bool defined() const { return scale.defined(); }
};

class InferenceGraph {
 public:
  using Value = std::size_t;  // 0 is the network's input; node k puts out value k + 1

  // Some channels of a value, then scaled and shifted.
  struct Selection {
    std::vector<int> columns;  // ascending; empty: every channel
    ChannelAffine affine;
  };

  enum class Kind {
    convolution,
    linear,
    gather,
    relu,
    elu,
    relu6,
    hard_sigmoid,
    hard_swish,
    add,
    scale,
    zero,
    average_pool,
    max_pool,
    resize,
    flatten
  };
  struct Node {
    Kind kind;
    std::vector<Value> reads;           // one; gather and add: one or more; scale: an activation, features
    std::vector<Selection> selections;  // of a gather: what of each value read
    // Convolution: out x in/groups x k x k, linear: out x in. Float, on the CPU, contiguous; bias always set.
    at::Tensor weight, bias;
    at::Tensor
        step{};      // double, [out]: weights of a row are whole multiples of it; undefined where of nothing
    int kernel = 1;  // of a pool
    int stride = 1;
    int padding = 0;
    int side_in = 0, side_out = 0;  // of a resize
    int reach = 0;                  // of an add: channels that further values are added to, at most
    int groups = 1;
    std::int64_t channels = 0;  // of the value put out; features where it is flat
    bool flat = false;          // N x channels instead of N x channels x H x W
  };

  explicit InferenceGraph(std::int64_t input_channels, std::int64_t input_side)
      : input_channels_(input_channels), input_side_(input_side) {}

  static constexpr Value input = 0;
  std::int64_t input_channels() const { return input_channels_; }
  std::int64_t input_side() const { return input_side_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  Value output() const { return nodes_.size(); }  // the last node's: logits, N x classes
  std::int64_t channels(Value value) const;
  bool flat(Value value) const { return value > 0 && nodes_[value - 1].flat; }

  // Each appends one node. Weights may be any device's and any memory format's; they are copied.
  // `bias` may be undefined.
  Value convolution(Value x, const at::Tensor& weight, const at::Tensor& bias, int stride, int padding,
                    int groups = 1);
  Value linear(Value x, const at::Tensor& weight, const at::Tensor& bias);  // weight: out x in...
  // `affine` holds one scale and shift a channel of the reading. `outputs` are the values of a cell's layers.
  Value gather(const std::vector<Value>& outputs, const Reading& reading, const ChannelAffine& affine);
  Value relu(Value x) { return pointwise(Kind::relu, x); }
  Value elu(Value x) { return pointwise(Kind::elu, x); }
  Value relu6(Value x) { return pointwise(Kind::relu6, x); }
  Value hard_sigmoid(Value x) { return pointwise(Kind::hard_sigmoid, x); }
  Value hard_swish(Value x) { return pointwise(Kind::hard_swish, x); }
  Value zero(Value x) { return pointwise(Kind::zero, x); }
  Value add(std::vector<Value> values, int reach);  // as Operator's
  Value scale(Value x, Value features);
  Value resize(Value x, int side_in, int side_out);
  Value average_pool(Value x, int kernel, int stride, int padding) {
    return pool(Kind::average_pool, x, kernel, stride, padding);
  }
  Value max_pool(Value x, int kernel, int stride, int padding) {
    return pool(Kind::max_pool, x, kernel, stride, padding);
  }
  Value flatten(Value x, std::int64_t features);

  // Of the convolution or linear operator appended last: all its weights are whole multiples of this.
  void weights_in_steps_of(double step);

  // The chosen channels of a value, scaled and shifted, as a convolution or, of features, a linear operator.
  Node selecting(Value from, const Selection& selection) const;

  // The same function with fewer steps: norms folded as said above, gathers that do nothing left out.
  InferenceGraph folded() const;

 private:
  Value append(Node node);
  Value pointwise(Kind kind, Value x);
  Value pool(Kind kind, Value x, int kernel, int stride, int padding);
  bool fold(ChannelAffine& affine, Value into);
  std::vector<std::size_t> count_readers() const;

  std::int64_t input_channels_;
  std::int64_t input_side_;
  std::vector<Node> nodes_;
};

}  // namespace flash
