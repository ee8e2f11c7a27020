// The operators that networks are made of, with the shapes that they work on: what every count starts from.
#pragma once

#include <cstdint>
#include <string_view>

namespace flash {

// One operator of a network, for one image. An activation has `channels` planes of side x side values; a flat
// one (features) has side 1.
struct Operator {
  enum class Kind {
    convolution,   // weights out x in/groups x kernel x kernel; zero padding
    linear,        // reads a whole activation, in * side_in^2 values, to `out` features
    norm,          // batch norm: scale and shift of each channel
    relu,          // max(0, x)
    elu,           // x, or exp(x) - 1 where x < 0
    relu6,         // min(6, max(0, x))
    hard_sigmoid,  // min(6, max(0, x + 3)) / 6
    hard_swish,    // x * hard_sigmoid(x)
    gather,        // chosen channels of several activations, side by side
    add,           // the first activation and, of each further one, its first `reach` channels
    scale,         // each channel of an activation times its feature of a second value
    zero,          // as many zeros
    average_pool,  // kernel x kernel at distance stride, over what is there: padding does not count; rows and
                   // columns left over are left out
    max_pool,      // the same with the largest value
    resize,        // to another side, bilinear between the middles of pixels
    flatten,       // side_in^2 values of each channel as features
  };
  Kind kind = Kind::relu;
  int in = 0;   // channels read
  int out = 0;  // channels put out
  int kernel = 1;
  int stride = 1;
  int padding = 0;
  int groups = 1;
  int side_in = 1;
  int side_out = 1;
  bool bias = false;
  int reach = 0;       // of an add: how many channels further activations are added to, at most
  bool joins = false;  // several activations come together, which takes passes over memory of its own
  // Of the first operator of a layer: the values that the layer reads from outside of itself. A layer is what
  // a cell counts as one: a convolution or a block of them, with its norms.
  bool opens_layer = false;
  bool head = false;  // the layer is no cell's, but what follows the last one
  std::int64_t traffic = 0;

  std::int64_t weights() const;  // of the matrix; 0 where there is none
  std::int64_t macs() const;     // multiply-accumulates of convolutions and linear operators, padding counted
  std::int64_t parameters() const;  // trained values: weights, biases, the two of a norm a channel
  std::int64_t values_out() const { return std::int64_t{out} * side_out * side_out; }
  bool pools() const { return kind == Kind::average_pool || kind == Kind::max_pool; }
  bool has_matrix() const { return kind == Kind::convolution || kind == Kind::linear; }
  bool depthwise() const { return groups > 1 && groups == out; }
  bool operator==(const Operator&) const = default;
};
std::string_view name(Operator::Kind kind);  // "convolution"

// Each with the shape of what it reads; padding keeps the side at stride 1.
namespace operators {
Operator convolution(int in, int out, int kernel, int stride, int side_in, int groups = 1);
Operator linear(int in, int out, int side_in);  // with bias
Operator norm(int channels, int side);
Operator relu(int channels, int side);
Operator elu(int channels, int side);
Operator relu6(int channels, int side);
Operator hard_sigmoid(int channels, int side);
Operator hard_swish(int channels, int side);
Operator gather(int channels, int side);
Operator add(int channels, int side, int reach);
Operator scale(int channels, int side);
Operator zero(int channels, int side);
Operator average_pool(int channels, int side_in, int kernel);  // at distance kernel
Operator average_pool(int channels, int side_in, int kernel, int stride, int padding = 0);
Operator max_pool(int channels, int side_in, int kernel, int stride, int padding = 0);
Operator subsample(int channels, int side_in, int stride);  // every stride-th row and column
Operator resize(int channels, int side_in, int side_out);
Operator flatten(int channels, int side_in);
}  // namespace operators

// The same operator as the first of a layer, of a cell or of the head.
Operator opening_layer(Operator first, bool head = false);

}  // namespace flash
