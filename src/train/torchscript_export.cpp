#include "flash/train/torchscript_export.hpp"

#include <ATen/ATen.h>
#include <ATen/core/jit_type.h>
#include <torch/csrc/jit/api/module.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using Kind = InferenceGraph::Kind;
using Node = InferenceGraph::Node;
using Selection = InferenceGraph::Selection;
using Value = InferenceGraph::Value;

std::string name(Value value) {
  return value == InferenceGraph::input ? "x" : std::string("v").append(std::to_string(value));
}

// Writes the body of forward line by line and registers what it names.
class Writer {
 public:
  explicit Writer(const InferenceGraph& graph) : graph_(graph), module_("Network") {
    module_.register_attribute(calls_onednn, c10::BoolType::get(), true);
    // By this attribute C++'s optimize_for_inference tells what is still to be frozen; Python's adds its own.
    module_.register_attribute("training", c10::BoolType::get(), false);
    source_ << "def forward(self, x):\n  direct = self." << calls_onednn
            << " and x.device.type == \"cpu\" and x.dtype == " << static_cast<int>(at::kFloat) << "\n";
    for (std::size_t k = 0; k < graph.nodes().size(); ++k) {
      value_ = k + 1;
      source_ << "  " << name(value_) << " = " << expression(graph.nodes()[k]) << "\n";
    }
    source_ << "  return " << name(graph.output()) << "\n";
  }

  std::string file() && {
    module_.define(source_.str());
    module_.eval();
    std::ostringstream bytes;
    module_.save(bytes);
    return std::move(bytes).str();
  }

 private:
  static std::string twice(int n) {
    const std::string number = std::to_string(n);
    return "[" + number + ", " + number + "]";
  }

  std::string expression(const Node& node) {
    const std::string x = name(node.reads.front());
    switch (node.kind) {
      case Kind::convolution:
        return convolution(node);
      case Kind::linear:
        return "torch.linear(" + x + ", " + parameter("weight", node.weight) + ", " +
               parameter("bias", node.bias) + ")";
      case Kind::gather:
        return gather(node);
      case Kind::relu:
        return "torch.relu(" + x + ")";
      case Kind::elu:
        return "torch.elu(" + x + ")";
      case Kind::relu6:
        return relu6(x, node.channels);
      case Kind::hard_sigmoid:
        return hard_sigmoid(x, node.channels);
      case Kind::hard_swish:
        return hard_swish(x, node.channels);
      case Kind::add:
        return add(node);
      case Kind::scale:
        return "torch.mul(" + x + ", torch.unsqueeze(torch.unsqueeze(" + name(node.reads.back()) +
               ", -1), -1))";
      case Kind::zero:
        return "torch.zeros_like(" + x + ")";
      case Kind::average_pool:
        return "torch.avg_pool2d(" + window(node) + ", False, False)";
      case Kind::resize:
        return "torch.upsample_bilinear2d(" + x + ", " + twice(node.side_out) + ", False)";
      case Kind::max_pool:
        return "torch.max_pool2d(" + window(node) + ")";
      case Kind::flatten:
        return "torch.flatten(" + x + ", 1)";
    }
    throw Error(ExitCode::internal, "a step of unknown kind");
  }

  static std::string window(const Node& node) {
    return name(node.reads.front()) + ", " + twice(node.kernel) + ", " + twice(node.stride) + ", " +
           twice(node.padding);
  }

  // Where optimize_for_inference of PyTorch 1.13 has brought channels to blocks of 16 it cuts these activations short:
  // what is left of the last block goes missing. Other widths take a way that it leaves alone.
  static bool fills_blocks(std::int64_t channels) { return channels % 16 == 0; }
  static std::string up_to_six(const std::string& x) {
    return "torch.minimum(torch.relu(" + x + "), torch.tensor(6.))";
  }
  static std::string relu6(const std::string& x, std::int64_t channels) {
    return fills_blocks(channels) ? "torch.hardtanh(" + x + ", 0., 6.)" : up_to_six(x);
  }
  static std::string hard_sigmoid(const std::string& x, std::int64_t channels) {
    if (fills_blocks(channels)) return "torch.hardsigmoid(" + x + ")";
    return "torch.div(" + up_to_six("torch.add(" + x + ", 3.)") + ", 6.)";
  }
  static std::string hard_swish(const std::string& x, std::int64_t channels) {
    if (fills_blocks(channels)) return "torch.hardswish(" + x + ")";
    return "torch.mul(" + x + ", " + hard_sigmoid(x, channels) + ")";
  }

  std::string add(const Node& node) {
    std::string sum = name(node.reads.front());
    for (std::size_t r = 1; r < node.reads.size(); ++r) {
      const std::int64_t width = graph_.channels(node.reads[r]);
      const std::int64_t count = std::min({width, std::int64_t{node.reach}, node.channels});
      std::string part = name(node.reads[r]);
      if (count < width) part = "torch.narrow(" + part + ", 1, 0, " + std::to_string(count) + ")";
      if (count < node.channels)
        part = "torch.constant_pad_nd(" + part + ", [0, 0, 0, 0, 0, " +
               std::to_string(node.channels - count) + "])";
      sum = "torch.add(" + sum + ", " + part + ")";
    }
    return sum;
  }

  std::string convolution(const Node& node) {
    const std::string weight = parameter("weight", node.weight), bias = parameter("bias", node.bias);
    const auto call = [&](const char* function, int first, int second) {
      std::ostringstream text;
      text << function << "(" << name(node.reads.front()) << ", " << weight << ", " << bias << ", "
           << twice(first) << ", " << twice(second) << ", [1, 1], " << node.groups << ")";
      return std::move(text).str();
    };
    std::string text = call("torch.mkldnn_convolution", node.padding, node.stride);
    return text.append(" if direct else ").append(call("torch.conv2d", node.stride, node.padding));
  }

  // All parts joined, then one pass of scale and shift: as many steps as the layer has sources, and one.
  std::string gather(const Node& node) {
    std::string joined;
    std::vector<at::Tensor> scales, shifts;
    bool scaled = false;
    for (std::size_t r = 0; r < node.reads.size(); ++r) {
      const Selection& selection = node.selections[r];
      const std::string number = std::to_string(r);
      const std::string source = name(node.reads[r]);
      const std::string part =
          selection.columns.empty()
              ? source
              : "torch.index_select(" + source + ", 1, " +
                    constant("channels" + number, at::tensor(selection.columns, at::kLong)) + ")";
      joined += (r > 0 ? ", " : "") + part;
      const std::int64_t count = selection.columns.empty()
                                     ? graph_.channels(node.reads[r])
                                     : static_cast<std::int64_t>(selection.columns.size());
      scaled = scaled || selection.affine.defined();
      scales.push_back(selection.affine.defined() ? selection.affine.scale : at::ones({count}, at::kDouble));
      shifts.push_back(selection.affine.defined() ? selection.affine.shift : at::zeros({count}, at::kDouble));
    }
    if (node.reads.size() > 1) joined = "torch.cat([" + joined + "], 1)";
    if (!scaled) return joined;
    const auto a_channel = [&](const std::vector<at::Tensor>& values) {
      const at::Tensor all = at::cat(values).to(at::kFloat);
      return node.flat ? all : all.view({-1, 1, 1});
    };
    return "torch.addcmul(" + parameter("shift", a_channel(shifts)) + ", " + joined + ", " +
           parameter("scale", a_channel(scales)) + ")";
  }

  std::string parameter(const std::string& what, const at::Tensor& values) {
    const std::string key = name(value_) + "_" + what;
    module_.register_parameter(key, values, /*is_buffer=*/false);
    return "self." + key;
  }
  std::string constant(const std::string& what, const at::Tensor& values) {
    const std::string key = name(value_) + "_" + what;
    module_.register_buffer(key, values);
    return "self." + key;
  }

  const InferenceGraph& graph_;
  torch::jit::Module module_;
  std::ostringstream source_;
  Value value_ = 0;  // that the node being written puts out
};

}  // namespace

std::string torchscript_file(const InferenceGraph& graph) { return Writer(graph).file(); }

}  // namespace flash
