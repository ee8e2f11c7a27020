#include "flash/train/quantisation.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using Kind = InferenceGraph::Kind;
using Node = InferenceGraph::Node;
using Value = InferenceGraph::Value;

constexpr double most_bias = 0x1p30;   // so that a sum with products of 8 bits stays within 32
constexpr double least_scale = 1e-30;  // below it scales' products are no normal numbers

struct Range {
  double least = 0, most = 0;
};

// One pass over the graph. What convolutions and matrix products read is noted, or rounded.
class Pass {
 public:
  Pass(const InferenceGraph& graph, const ActivationScales* scales, std::vector<Range>* ranges,
       const MatrixProduct* product = nullptr)
      : graph_(graph), scales_(scales), ranges_(ranges), product_(product) {}

  at::Tensor logits(const at::Tensor& images) {
    values_.assign(1, images);
    for (const Node& node : graph_.nodes()) values_.push_back(step(node));
    return values_.back();
  }

 private:
  at::Tensor read(Value value) {
    const at::Tensor& x = values_[value];
    if (ranges_ != nullptr) {
      Range& range = (*ranges_)[value];
      range.least = std::min(range.least, static_cast<double>(x.min().item<float>()));
      range.most = std::max(range.most, static_cast<double>(x.max().item<float>()));
      if (!std::isfinite(range.least) || !std::isfinite(range.most) || x.isnan().any().item<bool>())
        throw Error(ExitCode::bad_data, "the network's values are not finite for some of the images");
    }
    if (scales_ == nullptr) return x;
    const auto [scale, zero] = (*scales_)[value];
    return ((x / scale).round() + static_cast<float>(zero)).clamp(0, 255).sub(static_cast<float>(zero)) *
           scale;
  }

  at::Tensor matrix(const Node& node, Value value) {
    const at::Tensor x = read(value);
    at::Tensor weight = node.weight, bias = node.bias;
    if (scales_ != nullptr) {
      const float input = (*scales_)[value].scale;
      const WholeMatrix whole = in_whole_numbers(node, input);
      std::vector<std::int64_t> a_row(static_cast<std::size_t>(weight.dim()), 1);
      a_row.front() = -1;
      weight = whole.codes.to(at::kFloat) * whole.scale.view(a_row);
      bias = whole.bias.to(at::kFloat) * (whole.scale * input);
    }
    if (node.kind == Kind::linear) return at::linear(x, weight, bias);
    return at::conv2d(x, weight, bias, {node.stride, node.stride}, {node.padding, node.padding}, {1, 1},
                      node.groups);
  }

  at::Tensor gather(const Node& node) {
    std::vector<at::Tensor> parts;
    for (std::size_t r = 0; r < node.reads.size(); ++r) {
      const InferenceGraph::Selection& selection = node.selections[r];
      const bool as_it_is = selection.columns.empty() && !selection.affine.defined();
      parts.push_back(as_it_is ? values_[node.reads[r]]
                               : matrix(graph_.selecting(node.reads[r], selection), node.reads[r]));
    }
    return parts.size() == 1 ? parts.front() : at::cat(parts, 1);
  }

  at::Tensor add(const Node& node) {
    at::Tensor sum = values_[node.reads.front()].clone();
    for (std::size_t r = 1; r < node.reads.size(); ++r) {
      const at::Tensor& more = values_[node.reads[r]];
      const std::int64_t count = std::min({more.size(1), std::int64_t{node.reach}, node.channels});
      sum.narrow(1, 0, count).add_(more.narrow(1, 0, count));
    }
    return sum;
  }

  at::Tensor step(const Node& node) {
    const at::Tensor& x = values_[node.reads.front()];
    const std::vector<std::int64_t> kernel{node.kernel, node.kernel}, stride{node.stride, node.stride},
        padding{node.padding, node.padding};
    switch (node.kind) {
      case Kind::convolution:
      case Kind::linear:
        if (product_ != nullptr) return (*product_)(values_.size() - 1, x);
        return matrix(node, node.reads.front());
      case Kind::gather:
        return gather(node);
      case Kind::relu:
        return at::relu(x);
      case Kind::elu:
        return at::elu(x);
      case Kind::relu6:
        return x.clamp(0, 6);
      case Kind::hard_sigmoid:
        return at::hardsigmoid(x);
      case Kind::hard_swish:
        return at::hardswish(x);
      case Kind::add:
        return add(node);
      case Kind::scale:
        return x * values_[node.reads.back()].view({x.size(0), -1, 1, 1});
      case Kind::zero:
        return at::zeros_like(x);
      case Kind::average_pool:
        return at::avg_pool2d(x, kernel, stride, padding, /*ceil_mode=*/false, /*count_include_pad=*/false);
      case Kind::max_pool:
        return at::max_pool2d(x, kernel, stride, padding);
      case Kind::resize:
        return at::upsample_bilinear2d(x, {node.side_out, node.side_out}, /*align_corners=*/false);
      case Kind::flatten:
        return x.flatten(1);
    }
    return {};
  }

  const InferenceGraph& graph_;
  const ActivationScales* scales_;
  std::vector<Range>* ranges_;
  const MatrixProduct* product_;
  std::vector<at::Tensor> values_;
};

ActivationScale scale_of(const Range& range) {
  const double scale = (range.most - range.least) / 255;
  if (!(scale >= least_scale)) return {};  // nothing but zeros
  ActivationScale result{static_cast<float>(scale), 0};
  const double zero = std::nearbyint(-range.least / static_cast<double>(result.scale));
  result.zero = static_cast<std::uint8_t>(std::clamp(zero, 0.0, 255.0));
  return result;
}

}  // namespace

WholeMatrix in_whole_numbers(const Node& node, float input_scale, int bits) {
  const double largest_code = (1 << (bits - 1)) - 1;
  const std::int64_t rows = node.weight.size(0);
  const at::Tensor weights = node.weight.to(at::kDouble).reshape({rows, -1});
  const at::Tensor largest = weights.abs().amax(1);
  at::Tensor scale = largest / largest_code;
  if (node.step.defined()) scale = at::where(largest <= (largest_code + 0.5) * node.step, node.step, scale);
  const at::Tensor for_bias =
      node.bias.to(at::kDouble).abs() / (most_bias * static_cast<double>(input_scale));
  scale = at::where(largest == 0, at::ones_like(scale), scale);
  scale = at::maximum(scale, for_bias).clamp_min(least_scale).to(at::kFloat).to(at::kDouble);
  WholeMatrix whole;
  whole.codes = (weights / scale.view({-1, 1}))
                    .round()
                    .clamp(-largest_code, largest_code)
                    .to(at::kChar)
                    .view(node.weight.sizes())
                    .contiguous();
  whole.bias = (node.bias.to(at::kDouble) / (scale * static_cast<double>(input_scale))).round().to(at::kInt);
  whole.scale = scale.to(at::kFloat);
  return whole;
}

ActivationScales calibrate(const InferenceGraph& graph, std::size_t batches,
                           const std::function<at::Tensor(std::size_t)>& batch) {
  const at::NoGradGuard no_grad;
  std::vector<Range> ranges(graph.nodes().size() + 1);
  Pass pass(graph, nullptr, &ranges);
  for (std::size_t k = 0; k < batches; ++k) pass.logits(batch(k));
  ActivationScales scales;
  for (const Range& range : ranges) scales.push_back(scale_of(range));
  return scales;
}

at::Tensor run_graph(const InferenceGraph& graph, const at::Tensor& images, const ActivationScales* scales) {
  const at::NoGradGuard no_grad;
  return Pass(graph, scales, nullptr).logits(images);
}

at::Tensor run_graph(const InferenceGraph& graph, const at::Tensor& images, const ActivationScales& scales,
                     const MatrixProduct& product) {
  const at::NoGradGuard no_grad;
  return Pass(graph, &scales, nullptr, &product).logits(images);
}

}  // namespace flash
