#include "flash/train/onnx_export.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "onnx_model.hpp"

namespace flash {
namespace {

using Kind = InferenceGraph::Kind;
using Node = InferenceGraph::Node;
using Selection = InferenceGraph::Selection;
using Value = InferenceGraph::Value;

// What operator sets 11 and 13 came with.
constexpr int ir_version = 6, ir_version_quantised = 7;

class Writer {
 public:
  Writer(const InferenceGraph& source, const ActivationScales* scales)
      : source_(source),
        scales_(scales),
        model_(scales == nullptr ? onnx_opset : onnx_opset_quantised,
               scales == nullptr ? ir_version : ir_version_quantised) {
    model_.input("images", {source.input_channels(), source.input_side(), source.input_side()});
    mark_gates();
    for (std::size_t k = 0; k < source.nodes().size(); ++k) {
      value_ = k + 1;
      write(source.nodes()[k]);
    }
    model_.output("logits", {source.channels(source.output())});
  }

  std::string file() const { return model_.file(); }

 private:
  // Features of which gates are made stay N x C x 1 x 1, as other programs expect them: their layers are convolutions.
  void mark_gates() {
    gates_.assign(source_.nodes().size() + 1, false);
    for (std::size_t k = source_.nodes().size(); k-- > 0;) {
      const Node& step = source_.nodes()[k];
      if (step.kind == Kind::scale) gates_[step.reads.back()] = true;
      if (gates_[k + 1] && step.flat) gates_[step.reads.front()] = true;
    }
  }
  bool gate(Value value) const { return gates_[value] && source_.flat(value); }

  std::string name(Value value) const {
    if (value == InferenceGraph::input) return "images";
    if (gate(value) && source_.nodes()[value - 1].kind == Kind::flatten)
      return name(source_.nodes()[value - 1].reads.front());
    return value == source_.output() ? "logits" : std::string("v").append(std::to_string(value));
  }

  // As a Conv or Gemm reads it.
  std::string read(Value value) {
    const std::string x = name(value);
    if (scales_ == nullptr) return x;
    std::string whole = x + "_whole", real = x + "_real";
    if (!quantised_.insert(x).second) return real;
    const auto [scale, zero] = (*scales_)[value];
    const std::vector<std::string> grid{
        model_.constant(whole + "_scale", at::full({}, scale)),
        model_.integers(whole + "_zero", at::full({}, static_cast<int>(zero), at::kByte))};
    model_.node("QuantizeLinear", {x, grid[0], grid[1]}, whole);
    model_.node("DequantizeLinear", {whole, grid[0], grid[1]}, real);
    return real;
  }

  // Names of the weights and biases, `weight` as the node's or reshaped.
  std::vector<std::string> matrix(const Node& step, const at::Tensor& weight, const std::string& output) {
    if (scales_ == nullptr)
      return {model_.constant(output + "_weight", weight), model_.constant(output + "_bias", step.bias)};
    const float input = (*scales_)[step.reads.front()].scale;
    const WholeMatrix whole = in_whole_numbers(step, input);
    const auto real = [&](const std::string& part, const at::Tensor& codes, const at::Tensor& scale,
                          bool zeros) {
      std::string at = output + part;
      std::vector<std::string> inputs{model_.integers(at + "_whole", codes),
                                      model_.constant(at + "_scale", scale)};
      if (zeros) inputs.push_back(model_.integers(at + "_zero", at::zeros({scale.size(0)}, at::kChar)));
      OnnxModel::set(model_.node("DequantizeLinear", inputs, at), "axis", std::int64_t{0});
      return at;
    };
    return {real("_weight", whole.codes.view(weight.sizes()), whole.scale, true),
            real("_bias", whole.bias, whole.scale * input, false)};
  }

  void convolution(const Node& step, const at::Tensor& weight, const std::string& output) {
    std::vector<std::string> inputs = matrix(step, weight, output);
    inputs.insert(inputs.begin(), read(step.reads.front()));
    onnx::NodeProto& conv = model_.node("Conv", inputs, output);
    OnnxModel::set(conv, "kernel_shape", {weight.size(2), weight.size(3)});
    OnnxModel::set(conv, "strides", {step.stride, step.stride});
    OnnxModel::set(conv, "pads", {step.padding, step.padding, step.padding, step.padding});
    OnnxModel::set(conv, "group", std::int64_t{step.groups});
  }
  void linear(const Node& step, const std::string& output) {
    std::vector<std::string> inputs = matrix(step, step.weight, output);
    inputs.insert(inputs.begin(), read(step.reads.front()));
    OnnxModel::set(model_.node("Gemm", inputs, output), "transB", std::int64_t{1});
  }

  void write(const Node& step) {
    const std::string x = name(step.reads.front());
    const std::string y = name(value_);
    switch (step.kind) {
      case Kind::convolution:
        return convolution(step, step.weight, y);
      case Kind::linear:
        if (gate(value_)) return convolution(step, step.weight.unsqueeze(2).unsqueeze(3), y);
        return linear(step, y);
      case Kind::gather:
        return gather(step, y);
      case Kind::relu:
        model_.node("Relu", {x}, y);
        return;
      case Kind::elu:
        model_.node("Elu", {x}, y);
        return;
      case Kind::relu6:
        // Clip's bounds are inputs, which OpenCV 4.6 does not read: 6 max(0, min(1, x / 6)).
        hard_sigmoid(x, y + "_sixth", 0);
        model_.node("Mul", {y + "_sixth", model_.constant(y + "_six", at::full({}, 6))}, y);
        return;
      case Kind::hard_sigmoid:
        return hard_sigmoid(x, y);
      case Kind::hard_swish:
        hard_sigmoid(x, y + "_gate");
        model_.node("Mul", {x, y + "_gate"}, y);
        return;
      case Kind::add:
        return add(step, y);
      case Kind::scale:
        model_.node("Mul", {name(step.reads.back()), x},
                    y);  // the other way round OpenCV 4.6 takes it for a hard swish
        return;
      case Kind::zero:
        model_.node("Mul", {x, model_.constant(y + "_zero", at::zeros({}))}, y);
        return;
      case Kind::average_pool:
        return pool("AveragePool", step, x, y);
      case Kind::resize: {
        // The side is rounded down from the scale's product.
        const float factor =
            std::nextafter(static_cast<float>(step.side_out) / static_cast<float>(step.side_in), 1e9F);
        const std::string none = model_.constant(y + "_region", at::empty({0}));
        onnx::NodeProto& resize = model_.node(
            "Resize", {x, none, model_.constant(y + "_scales", at::tensor({1.0F, 1.0F, factor, factor}))}, y);
        OnnxModel::set(resize, "mode", "linear");
        OnnxModel::set(resize, "coordinate_transformation_mode",
                       "half_pixel");  // the default, which OpenCV wants said
        return;
      }
      case Kind::max_pool:
        return pool("MaxPool", step, x, y);
      case Kind::flatten:
        if (gate(value_)) return;  // another name for what it reads
        OnnxModel::set(model_.node("Flatten", {x}, y), "axis", std::int64_t{1});
        return;
    }
  }

  void pool(const char* type, const Node& step, const std::string& x, const std::string& y) {
    onnx::NodeProto& pool = model_.node(type, {x}, y);
    OnnxModel::set(pool, "kernel_shape", {step.kernel, step.kernel});
    OnnxModel::set(pool, "strides", {step.stride, step.stride});
    OnnxModel::set(pool, "pads", {step.padding, step.padding, step.padding, step.padding});
  }

  void hard_sigmoid(const std::string& x, const std::string& y, float beta = 0.5F) {
    onnx::NodeProto& gate = model_.node("HardSigmoid", {x}, y);
    OnnxModel::set(gate, "alpha", 1.0F / 6);
    OnnxModel::set(gate, "beta", beta);
  }

  void add(const Node& step, const std::string& y) {
    std::string sum = name(step.reads.front());
    for (std::size_t r = 1; r < step.reads.size(); ++r) {
      const std::string at = y + "_" + std::to_string(r);
      const std::int64_t width = source_.channels(step.reads[r]);
      const std::int64_t count = std::min({width, std::int64_t{step.reach}, step.channels});
      std::string part = name(step.reads[r]);
      if (count < width) {
        model_.node("Slice",
                    {part, model_.whole(at + "_first", {0}), model_.whole(at + "_end", {count}),
                     model_.whole(at + "_axis", {1})},
                    at + "_part");
        part = at + "_part";
      }
      if (count < step.channels) {
        model_.node("Pad", {part, model_.whole(at + "_pads", {0, 0, 0, 0, 0, step.channels - count, 0, 0})},
                    at + "_padded");
        part = at + "_padded";
      }
      const std::string next = r + 1 < step.reads.size() ? at + "_sum" : y;
      model_.node("Add", {sum, part}, next);
      sum = next;
    }
    if (step.reads.size() == 1) model_.node("Identity", {sum}, y);
  }

  void gather(const Node& step, const std::string& y) {
    if (step.reads.size() == 1) {
      select(step.reads.front(), step.selections.front(), y);
      return;
    }
    std::vector<std::string> parts;
    for (std::size_t r = 0; r < step.reads.size(); ++r) {
      const Selection& selection = step.selections[r];
      if (selection.columns.empty() && !selection.affine.defined()) {
        parts.push_back(name(step.reads[r]));
        continue;
      }
      parts.push_back(y + "_part" + std::to_string(r));
      select(step.reads[r], selection, parts.back());
    }
    OnnxModel::set(model_.node("Concat", parts, y), "axis", std::int64_t{1});
  }

  void select(Value from, const Selection& selection, const std::string& y) {
    const Node node = source_.selecting(from, selection);
    node.kind == Kind::linear ? linear(node, y) : convolution(node, node.weight, y);
  }

  const InferenceGraph& source_;
  const ActivationScales* scales_;  // nullptr: all in single precision
  OnnxModel model_;
  std::vector<bool> gates_;          // values of which a gate is made
  std::set<std::string> quantised_;  // names of values that are in whole numbers already
  Value value_ = 0;                  // that the step being written puts out
};

}  // namespace

std::string onnx_file(const InferenceGraph& graph) { return Writer(graph, nullptr).file(); }

std::string onnx_file(const InferenceGraph& graph, const ActivationScales& scales) {
  return Writer(graph, &scales).file();
}

}  // namespace flash
