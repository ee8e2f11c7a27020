#include "flash/network/operator.hpp"

namespace flash {
namespace {

using Kind = Operator::Kind;
using Count = std::int64_t;

Operator pointwise(Kind kind, int channels, int side) {
  return {.kind = kind, .in = channels, .out = channels, .side_in = side, .side_out = side};
}

Operator pool(Kind kind, int channels, int side, int kernel, int stride, int padding) {
  Operator op = pointwise(kind, channels, side);
  op.kernel = kernel;
  op.stride = stride;
  op.padding = padding;
  op.side_out = (side + 2 * padding - kernel) / stride + 1;
  return op;
}

}  // namespace

std::int64_t Operator::weights() const {
  if (kind == Kind::convolution) return Count{kernel} * kernel * (groups == 1 ? in : in / groups) * out;
  if (kind == Kind::linear) return Count{in} * side_in * side_in * out;
  return 0;
}

std::int64_t Operator::macs() const { return weights() * side_out * side_out; }

std::int64_t Operator::parameters() const {
  if (kind == Kind::norm) return Count{2} * out;
  return weights() + (bias ? out : 0);
}

std::string_view name(Operator::Kind kind) {
  switch (kind) {
    case Kind::convolution:
      return "convolution";
    case Kind::linear:
      return "linear";
    case Kind::norm:
      return "norm";
    case Kind::relu:
      return "relu";
    case Kind::elu:
      return "elu";
    case Kind::relu6:
      return "relu6";
    case Kind::hard_sigmoid:
      return "hard_sigmoid";
    case Kind::hard_swish:
      return "hard_swish";
    case Kind::gather:
      return "gather";
    case Kind::add:
      return "add";
    case Kind::scale:
      return "scale";
    case Kind::zero:
      return "zero";
    case Kind::average_pool:
      return "average_pool";
    case Kind::max_pool:
      return "max_pool";
    case Kind::resize:
      return "resize";
    case Kind::flatten:
      return "flatten";
  }
  return "";
}

namespace operators {

Operator convolution(int in, int out, int kernel, int stride, int side_in, int groups) {
  Operator op{.kind = Kind::convolution, .in = in, .out = out, .kernel = kernel, .stride = stride};
  op.padding = kernel / 2;
  op.groups = groups;
  op.side_in = side_in;
  op.side_out = (side_in + 2 * op.padding - kernel) / stride + 1;
  return op;
}

Operator linear(int in, int out, int side_in) {
  return {.kind = Kind::linear, .in = in, .out = out, .side_in = side_in, .side_out = 1, .bias = true};
}

Operator norm(int channels, int side) { return pointwise(Kind::norm, channels, side); }
Operator relu(int channels, int side) { return pointwise(Kind::relu, channels, side); }
Operator elu(int channels, int side) { return pointwise(Kind::elu, channels, side); }
Operator gather(int channels, int side) { return pointwise(Kind::gather, channels, side); }

Operator relu6(int channels, int side) { return pointwise(Kind::relu6, channels, side); }
Operator hard_sigmoid(int channels, int side) { return pointwise(Kind::hard_sigmoid, channels, side); }
Operator hard_swish(int channels, int side) { return pointwise(Kind::hard_swish, channels, side); }
Operator scale(int channels, int side) {
  Operator op = pointwise(Kind::scale, channels, side);
  op.joins = true;
  return op;
}
Operator zero(int channels, int side) { return pointwise(Kind::zero, channels, side); }

Operator add(int channels, int side, int reach) {
  Operator op = pointwise(Kind::add, channels, side);
  op.reach = reach;
  op.joins = true;
  return op;
}

Operator average_pool(int channels, int side_in, int kernel) {
  return average_pool(channels, side_in, kernel, kernel);
}
Operator average_pool(int channels, int side_in, int kernel, int stride, int padding) {
  return pool(Kind::average_pool, channels, side_in, kernel, stride, padding);
}
Operator max_pool(int channels, int side_in, int kernel, int stride, int padding) {
  return pool(Kind::max_pool, channels, side_in, kernel, stride, padding);
}
Operator subsample(int channels, int side_in, int stride) {
  return pool(Kind::average_pool, channels, side_in, 1, stride, 0);
}

Operator resize(int channels, int side_in, int side_out) {
  Operator op = pointwise(Kind::resize, channels, side_in);
  op.side_out = side_out;
  return op;
}

Operator flatten(int channels, int side_in) {
  Operator op = pointwise(Kind::flatten, channels, side_in);
  op.out = channels * side_in * side_in;
  op.side_out = 1;
  return op;
}

}  // namespace operators

Operator opening_layer(Operator first, bool head) {
  first.opens_layer = true;
  first.head = head;
  first.traffic = Count{first.in} * first.side_in * first.side_in;
  return first;
}

}  // namespace flash
