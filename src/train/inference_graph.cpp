#include "flash/train/inference_graph.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace flash {
namespace {

at::Tensor plain(const at::Tensor& tensor) {
  return tensor.detach().to(at::kCPU, at::kFloat).contiguous(at::MemoryFormat::Contiguous).clone();
}

ChannelAffine part_of(const ChannelAffine& affine, std::int64_t first, std::int64_t count) {
  if (!affine.defined()) return {};
  return {affine.scale.narrow(0, first, count), affine.shift.narrow(0, first, count)};
}

}  // namespace

std::int64_t InferenceGraph::channels(Value value) const {
  return value == input ? input_channels_ : nodes_[value - 1].channels;
}

InferenceGraph::Value InferenceGraph::append(Node node) {
  nodes_.push_back(std::move(node));
  return nodes_.size();
}

InferenceGraph::Value InferenceGraph::convolution(Value x, const at::Tensor& weight, const at::Tensor& bias,
                                                  int stride, int padding, int groups) {
  Node node{.kind = Kind::convolution, .reads = {x}, .selections = {}, .weight = plain(weight), .bias = {}};
  node.bias = bias.defined() ? plain(bias) : at::zeros({weight.size(0)});
  node.stride = stride;
  node.padding = padding;
  node.groups = groups;
  node.channels = weight.size(0);
  return append(std::move(node));
}

InferenceGraph::Value InferenceGraph::linear(Value x, const at::Tensor& weight, const at::Tensor& bias) {
  Node node{.kind = Kind::linear,
            .reads = {x},
            .selections = {},
            .weight = plain(weight).flatten(1),
            .bias = plain(bias)};
  node.channels = weight.size(0);
  node.flat = true;
  return append(std::move(node));
}

InferenceGraph::Value InferenceGraph::gather(const std::vector<Value>& outputs, const Reading& reading,
                                             const ChannelAffine& affine) {
  Node node{.kind = Kind::gather, .reads = {}, .selections = {}, .weight = {}, .bias = {}};
  std::int64_t first = 0;
  for (const Reading::Tap& tap : reading.taps()) {
    const Value value = outputs[tap.output];
    const bool whole = tap.columns.empty() || std::cmp_equal(tap.columns.size(), channels(value));
    const std::int64_t count = whole ? channels(value) : static_cast<std::int64_t>(tap.columns.size());
    node.reads.push_back(value);
    node.selections.push_back({whole ? std::vector<int>() : tap.columns, part_of(affine, first, count)});
    first += count;
  }
  node.channels = first;
  node.flat = flat(node.reads.front());
  return append(std::move(node));
}

InferenceGraph::Value InferenceGraph::pointwise(Kind kind, Value x) {
  Node node{.kind = kind, .reads = {x}, .selections = {}, .weight = {}, .bias = {}};
  node.channels = channels(x);
  node.flat = flat(x);
  return append(std::move(node));
}

InferenceGraph::Value InferenceGraph::pool(Kind kind, Value x, int kernel, int stride, int padding) {
  const Value value = pointwise(kind, x);
  nodes_.back().kernel = kernel;
  nodes_.back().stride = stride;
  nodes_.back().padding = padding;
  return value;
}

InferenceGraph::Value InferenceGraph::add(std::vector<Value> values, int reach) {
  const Value value = pointwise(Kind::add, values.front());
  nodes_.back().reads = std::move(values);
  nodes_.back().reach = reach;
  return value;
}

InferenceGraph::Value InferenceGraph::resize(Value x, int side_in, int side_out) {
  const Value value = pointwise(Kind::resize, x);
  nodes_.back().side_in = side_in;
  nodes_.back().side_out = side_out;
  return value;
}

InferenceGraph::Value InferenceGraph::scale(Value x, Value features) {
  const Value value = pointwise(Kind::scale, x);
  nodes_.back().reads.push_back(features);
  return value;
}

InferenceGraph::Value InferenceGraph::flatten(Value x, std::int64_t features) {
  const Value value = pointwise(Kind::flatten, x);
  nodes_.back().channels = features;
  nodes_.back().flat = true;
  return value;
}

void InferenceGraph::weights_in_steps_of(double step) {
  Node& node = nodes_.back();
  node.step = at::full({node.weight.size(0)}, std::abs(step), at::kDouble);
}

InferenceGraph::Node InferenceGraph::selecting(Value from, const Selection& selection) const {
  const std::int64_t width = channels(from);
  const bool whole = selection.columns.empty();
  const std::int64_t count = whole ? width : static_cast<std::int64_t>(selection.columns.size());
  const ChannelAffine& affine = selection.affine;
  const at::Tensor scale = affine.defined() ? affine.scale.to(at::kFloat) : at::ones({count});
  Node node{.kind = flat(from) ? Kind::linear : Kind::convolution,
            .reads = {from},
            .selections = {},
            .weight = {},
            .bias = {}};
  node.bias = affine.defined() ? affine.shift.to(at::kFloat) : at::zeros({count});
  node.channels = count;
  node.flat = flat(from);
  if (whole && !node.flat) {
    node.weight = scale.view({-1, 1, 1, 1});
    node.groups = static_cast<int>(width);
    return node;
  }
  const at::Tensor columns = whole ? at::arange(width) : at::tensor(selection.columns, at::kLong);
  node.weight = at::zeros({count, width}).scatter_(1, columns.view({-1, 1}), scale.view({-1, 1}));
  if (!node.flat) node.weight = node.weight.view({count, width, 1, 1});
  return node;
}

std::vector<std::size_t> InferenceGraph::count_readers() const {
  std::vector<std::size_t> readers(nodes_.size() + 1);
  for (const Node& node : nodes_) {
    for (const Value value : node.reads) ++readers[value];
  }
  ++readers[output()];  // whoever runs the network
  return readers;
}

// scale * (W x + b) + shift = (scale W) x + (scale b + shift)
bool InferenceGraph::fold(ChannelAffine& affine, Value into) {
  if (into == input) return false;
  Node& node = nodes_[into - 1];
  if (node.kind != Kind::convolution && node.kind != Kind::linear) return false;
  std::vector<std::int64_t> a_row(static_cast<std::size_t>(node.weight.dim()), 1);
  a_row.front() = -1;
  node.weight = (node.weight.to(at::kDouble) * affine.scale.view(a_row)).to(at::kFloat);
  node.bias = (node.bias.to(at::kDouble) * affine.scale + affine.shift).to(at::kFloat);
  if (node.step.defined()) node.step = node.step * affine.scale.abs();
  affine = {};
  return true;
}

InferenceGraph InferenceGraph::folded() const {
  InferenceGraph graph(input_channels_, input_side_);
  std::vector<std::size_t> readers = count_readers();
  std::vector<Value> renamed(nodes_.size() + 1);  // this graph's values in the new one
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    Node node = nodes_[k];
    for (Value& value : node.reads) value = renamed[value];
    for (std::size_t r = 0; r < node.selections.size(); ++r) {
      Selection& selection = node.selections[r];
      if (selection.affine.defined() && selection.columns.empty() && readers[nodes_[k].reads[r]] == 1)
        graph.fold(selection.affine, node.reads[r]);
    }
    const bool nothing_left = node.kind == Kind::gather && node.reads.size() == 1 &&
                              node.selections.front().columns.empty() &&
                              !node.selections.front().affine.defined();
    if (nothing_left) {
      // Another name for what it reads, which may have more readers than this one.
      renamed[k + 1] = node.reads.front();
      readers[k + 1] = std::max(readers[k + 1], readers[nodes_[k].reads.front()]);
    } else {
      renamed[k + 1] = graph.append(std::move(node));
    }
  }
  return graph;
}

}  // namespace flash
