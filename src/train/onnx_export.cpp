#include "flash/train/onnx_export.hpp"

#include <ATen/ATen.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/core/version.hpp"

namespace flash {
namespace {

using Kind = InferenceGraph::Kind;
using Node = InferenceGraph::Node;
using Selection = InferenceGraph::Selection;
using Value = InferenceGraph::Value;

constexpr int ir_version = 6;  // what opset 11 came with
static_assert(std::endian::native == std::endian::little, "ONNX's raw_data is little-endian");

class Writer {
 public:
  explicit Writer(const InferenceGraph& source) : source_(source), graph_(*model_.mutable_graph()) {
    model_.set_ir_version(ir_version);
    model_.add_opset_import()->set_version(onnx_opset);
    model_.set_producer_name("flash");
    model_.set_producer_version(software_version);
    graph_.set_name("network");
    describe(*graph_.add_input(), "images",
             {source.input_channels(), source.input_side(), source.input_side()});
    mark_gates();
    for (std::size_t k = 0; k < source.nodes().size(); ++k) {
      value_ = k + 1;
      write(source.nodes()[k]);
    }
    describe(*graph_.add_output(), "logits", {source.channels(source.output())});
  }

  std::string file() const {
    std::string bytes;
    if (!model_.SerializeToString(&bytes))
      throw Error(ExitCode::internal, "the network is too large for an ONNX file, which holds 2 GiB");
    return bytes;
  }

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

  static void describe(onnx::ValueInfoProto& info, const std::string& name,
                       const std::vector<std::int64_t>& sizes) {
    info.set_name(name);
    onnx::TypeProto::Tensor& type = *info.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("N");
    for (const std::int64_t size : sizes) type.mutable_shape()->add_dim()->set_dim_value(size);
  }

  onnx::NodeProto& node(const char* type, const std::vector<std::string>& inputs, const std::string& output) {
    onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type(type);
    node.set_name(output);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
  }
  static void set(onnx::NodeProto& node, const char* key, std::int64_t value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(key);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
  }
  static void set(onnx::NodeProto& node, const char* key, const std::vector<std::int64_t>& values) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(key);
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
  }

  static void set(onnx::NodeProto& node, const char* key, float value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(key);
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
  }

  static void set(onnx::NodeProto& node, const char* key, const char* value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(key);
    attribute.set_type(onnx::AttributeProto::STRING);
    attribute.set_s(value);
  }

  std::string whole(const std::string& name, const std::vector<std::int64_t>& values) {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    tensor.set_raw_data(values.data(), values.size() * sizeof(std::int64_t));
    return name;
  }

  std::string constant(const std::string& name, const at::Tensor& values) {
    const at::Tensor floats = values.to(at::kFloat).contiguous();
    onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : floats.sizes()) tensor.add_dims(size);
    tensor.set_raw_data(floats.data_ptr<float>(), floats.nbytes());
    return name;
  }

  void convolution(const std::string& x, const at::Tensor& weight, const at::Tensor& bias,
                   std::int64_t stride, std::int64_t padding, std::int64_t groups,
                   const std::string& output) {
    onnx::NodeProto& conv =
        node("Conv", {x, constant(output + "_weight", weight), constant(output + "_bias", bias)}, output);
    set(conv, "kernel_shape", {weight.size(2), weight.size(3)});
    set(conv, "strides", {stride, stride});
    set(conv, "pads", {padding, padding, padding, padding});
    set(conv, "group", groups);
  }
  void linear(const std::string& x, const at::Tensor& weight, const at::Tensor& bias,
              const std::string& output) {
    set(node("Gemm", {x, constant(output + "_weight", weight), constant(output + "_bias", bias)}, output),
        "transB", std::int64_t{1});
  }

  void write(const Node& step) {
    const std::string x = name(step.reads.front());
    const std::string y = name(value_);
    switch (step.kind) {
      case Kind::convolution:
        return convolution(x, step.weight, step.bias, step.stride, step.padding, step.groups, y);
      case Kind::linear:
        if (gate(value_)) return convolution(x, step.weight.unsqueeze(2).unsqueeze(3), step.bias, 1, 0, 1, y);
        return linear(x, step.weight, step.bias, y);
      case Kind::gather:
        return gather(step, y);
      case Kind::relu:
        node("Relu", {x}, y);
        return;
      case Kind::elu:
        node("Elu", {x}, y);
        return;
      case Kind::relu6:
        // Clip's bounds are inputs, which OpenCV 4.6 does not read: 6 max(0, min(1, x / 6)).
        hard_sigmoid(x, y + "_sixth", 0);
        node("Mul", {y + "_sixth", constant(y + "_six", at::full({}, 6))}, y);
        return;
      case Kind::hard_sigmoid:
        return hard_sigmoid(x, y);
      case Kind::hard_swish:
        hard_sigmoid(x, y + "_gate");
        node("Mul", {x, y + "_gate"}, y);
        return;
      case Kind::add:
        return add(step, y);
      case Kind::scale:
        node("Mul", {name(step.reads.back()), x},
             y);  // the other way round OpenCV 4.6 takes it for a hard swish
        return;
      case Kind::zero:
        node("Mul", {x, constant(y + "_zero", at::zeros({}))}, y);
        return;
      case Kind::average_pool:
        return pool("AveragePool", step, x, y);
      case Kind::resize: {
        // The side is rounded down from the scale's product.
        const float factor =
            std::nextafter(static_cast<float>(step.side_out) / static_cast<float>(step.side_in), 1e9F);
        const std::string none = constant(y + "_region", at::empty({0}));
        onnx::NodeProto& resize =
            node("Resize", {x, none, constant(y + "_scales", at::tensor({1.0F, 1.0F, factor, factor}))}, y);
        set(resize, "mode", "linear");
        set(resize, "coordinate_transformation_mode", "half_pixel");  // the default, which OpenCV wants said
        return;
      }
      case Kind::max_pool:
        return pool("MaxPool", step, x, y);
      case Kind::flatten:
        if (gate(value_)) return;  // another name for what it reads
        set(node("Flatten", {x}, y), "axis", std::int64_t{1});
        return;
    }
  }

  void pool(const char* type, const Node& step, const std::string& x, const std::string& y) {
    onnx::NodeProto& pool = node(type, {x}, y);
    set(pool, "kernel_shape", {step.kernel, step.kernel});
    set(pool, "strides", {step.stride, step.stride});
    set(pool, "pads", {step.padding, step.padding, step.padding, step.padding});
  }

  void hard_sigmoid(const std::string& x, const std::string& y, float beta = 0.5F) {
    onnx::NodeProto& gate = node("HardSigmoid", {x}, y);
    set(gate, "alpha", 1.0F / 6);
    set(gate, "beta", beta);
  }

  void add(const Node& step, const std::string& y) {
    std::string sum = name(step.reads.front());
    for (std::size_t r = 1; r < step.reads.size(); ++r) {
      const std::string at = y + "_" + std::to_string(r);
      const std::int64_t width = source_.channels(step.reads[r]);
      const std::int64_t count = std::min({width, std::int64_t{step.reach}, step.channels});
      std::string part = name(step.reads[r]);
      if (count < width) {
        node("Slice",
             {part, whole(at + "_first", {0}), whole(at + "_end", {count}), whole(at + "_axis", {1})},
             at + "_part");
        part = at + "_part";
      }
      if (count < step.channels) {
        node("Pad", {part, whole(at + "_pads", {0, 0, 0, 0, 0, step.channels - count, 0, 0})},
             at + "_padded");
        part = at + "_padded";
      }
      const std::string next = r + 1 < step.reads.size() ? at + "_sum" : y;
      node("Add", {sum, part}, next);
      sum = next;
    }
    if (step.reads.size() == 1) node("Identity", {sum}, y);
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
    set(node("Concat", parts, y), "axis", std::int64_t{1});
  }

  // The chosen channels of a value, scaled and shifted, as a convolution or a matrix product.
  void select(Value from, const Selection& selection, const std::string& y) {
    const std::int64_t width = source_.channels(from);
    const bool flat = source_.flat(from);
    const bool whole = selection.columns.empty();
    const std::int64_t count = whole ? width : static_cast<std::int64_t>(selection.columns.size());
    const ChannelAffine& affine = selection.affine;
    const at::Tensor scale = affine.defined() ? affine.scale.to(at::kFloat) : at::ones({count});
    const at::Tensor shift = affine.defined() ? affine.shift.to(at::kFloat) : at::zeros({count});
    if (whole && !flat) {
      const auto groups = width;
      return convolution(name(from), scale.view({-1, 1, 1, 1}), shift, 1, 0, groups, y);
    }
    const at::Tensor columns = whole ? at::arange(width) : at::tensor(selection.columns, at::kLong);
    const at::Tensor rows = at::zeros({count, width}).scatter_(1, columns.view({-1, 1}), scale.view({-1, 1}));
    if (flat) return linear(name(from), rows, shift, y);
    convolution(name(from), rows.view({count, width, 1, 1}), shift, 1, 0, 1, y);
  }

  const InferenceGraph& source_;
  onnx::ModelProto model_;
  onnx::GraphProto& graph_;
  std::vector<bool> gates_;  // values of which a gate is made
  Value value_ = 0;          // that the step being written puts out
};

}  // namespace

std::string onnx_file(const InferenceGraph& graph) { return Writer(graph).file(); }

}  // namespace flash
