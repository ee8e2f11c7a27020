#include "choice_blocks.hpp"

#include <algorithm>

namespace flash {
namespace {

// Of squeeze-and-excitation: a quarter, to a multiple of 8, never more than a tenth less.
int squeezed(int channels) {
  const int value = std::max(8, (channels + 16) / 32 * 8);
  return 40 * value < 9 * channels ? value + 8 : value;
}

}  // namespace

void ChoiceBlocks::enter(std::size_t slot) {
  if (slot != slot_) index_ = 0;
  slot_ = slot;
}

void ChoiceBlocks::layer() { graph_.enter(slot_, index_++); }

ChoiceBlocks::Value ChoiceBlocks::activate(Operator::Kind kind, Value x) {
  Operator op = operators::relu(graph_.channels(x), graph_.side(x));
  op.kind = kind;
  return graph_.append(op, x);
}

ChoiceBlocks::Value ChoiceBlocks::convolve_bare(int out, int kernel, int stride, Value x) {
  layer();
  return graph_.append(
      opening_layer(operators::convolution(graph_.channels(x), out, kernel, stride, graph_.side(x))), x);
}

ChoiceBlocks::Value ChoiceBlocks::normed(int out, int kernel, int stride, int groups, Value x) {
  layer();
  x = graph_.append(
      opening_layer(operators::convolution(graph_.channels(x), out, kernel, stride, graph_.side(x), groups)),
      x);
  return graph_.append(operators::norm(out, graph_.side(x)), x);
}

ChoiceBlocks::Value ChoiceBlocks::convolve(int out, int kernel, int stride, int groups,
                                           Operator::Kind activation, Value x) {
  return activate(activation, normed(out, kernel, stride, groups, x));
}

ChoiceBlocks::Value ChoiceBlocks::squeeze(Value x) {
  const int channels = graph_.channels(x), side = graph_.side(x), few = squeezed(channels);
  layer();
  Value gate = graph_.append(opening_layer(operators::average_pool(channels, side, side)), x);
  gate = graph_.append(operators::linear(channels, few, 1), gate);
  gate = graph_.append(operators::relu(few, 1), gate);
  gate = graph_.append(operators::linear(few, channels, 1), gate);
  gate = graph_.append(operators::hard_sigmoid(channels, 1), gate);
  return graph_.combine(operators::scale(channels, side), {x, gate});
}

// 1x1, k x k on each channel alone, 1x1 without an activation; added to what it reads where the shapes agree.
ChoiceBlocks::Value ChoiceBlocks::inverted(const ChoiceOperator& op, const ChoiceStage& stage, int out,
                                           int stride, Value x) {
  const Value read = x;
  const int in = graph_.channels(x), inner = in * op.expansion;
  if (inner != in || op.expands) x = convolve(inner, 1, 1, op.groups, stage.activation, x);
  x = convolve(inner, op.kernel, stride, inner, stage.activation, x);
  if (stage.squeezes) x = squeeze(x);
  x = normed(out, 1, 1, op.groups, x);
  if (stride > 1 || in != out) return x;
  return graph_.combine(operators::add(out, graph_.side(x), out), {x, read});
}

ChoiceBlocks::Value ChoiceBlocks::add(const ChoiceOperator& op, const ChoiceStage& stage, int out, int stride,
                                      Value x) {
  using Kind = ChoiceOperator::Kind;
  const int in = graph_.channels(x), side = graph_.side(x);
  switch (op.kind) {
    case Kind::inverted:
      return inverted(op, stage, out, stride, x);
    case Kind::convolution:
      return convolve(out, op.kernel, stride, op.groups, stage.activation, x);
    case Kind::average_pool:
    case Kind::max_pool: {
      layer();
      const Operator pool = op.kind == Kind::max_pool
                                ? operators::max_pool(in, side, op.kernel, stride, op.kernel / 2)
                                : operators::average_pool(in, side, op.kernel, stride, op.kernel / 2);
      x = graph_.append(opening_layer(pool), x);
      return in == out ? x : convolve(out, 1, 1, 1, stage.activation, x);
    }
    case Kind::skip:
      return stride == 1 && in == out ? x : convolve(out, 1, stride, 1, stage.activation, x);
    case Kind::none:
      layer();
      return graph_.append(operators::zero(in, side), x);
  }
  return x;
}

}  // namespace flash
