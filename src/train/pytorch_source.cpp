// The module's text.
#include <algorithm>
#include <sstream>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/json.hpp"
#include "flash/train/gather_norm.hpp"
#include "flash/train/pytorch_export.hpp"
#include "layer_names.hpp"

namespace flash {
namespace {

using Kind = Operator::Kind;
using Node = NetworkGraph::Node;
using Value = NetworkGraph::Value;

constexpr std::size_t widest_line = 110;  // where a line can be broken

template <class Value>
std::string list_text(const std::vector<Value>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < values.size(); ++i)
    text.append(i > 0 ? ", " : "").append(Json(values[i]).dump());
  return text.append("]");
}

// Breaks a line at spaces, the further ones begin with `indent`.
std::string broken(std::string line, const std::string& indent) {
  for (std::size_t begin = 0; line.size() - begin > widest_line;) {
    const std::size_t space = line.rfind(' ', begin + widest_line);
    if (space == std::string::npos || space <= begin + indent.size()) break;
    line.replace(space, 1, "\n" + indent);
    begin = space + 1;
  }
  return line;
}

// The lines of __init__ and of forward.
class ModuleWriter {
 public:
  explicit ModuleWriter(const NetworkGraph& graph)
      : graph_(graph), names_(layer_names(graph)), flat_(graph.nodes().size() + 1) {
    const Node* before = nullptr;
    for (std::size_t k = 0; k < graph.nodes().size(); ++k) {
      const Node& node = graph.nodes()[k];
      flat_[k + 1] = flat(node);
      if (names_[k].empty()) continue;
      if (before == nullptr || before->slot != node.slot || before->layer != node.layer)
        forward_ << "        # slot " << node.slot << ", layer " << node.layer << "\n";
      before = &node;
      const std::string text = expression(k);
      forward_ << "        " << variable(k + 1) << " = " << text << "\n";
    }
    const Value output = graph.output();
    forward_ << "        return "
             << (flat_[output] ? variable(output) : "torch.flatten(" + variable(output) + ", 1)") << "\n";
  }
  std::string init() const { return init_.str(); }
  std::string forward() const { return forward_.str(); }

 private:
  static std::string variable(Value value) {
    return value == NetworkGraph::image ? "x" : std::string("v").append(std::to_string(value));
  }

  // Features are N x C here, not images of one pixel.
  bool flat(const Node& node) const {
    switch (node.op.kind) {
      case Kind::linear:
      case Kind::flatten:
        return true;
      case Kind::convolution:
      case Kind::average_pool:
      case Kind::max_pool:
        return false;
      case Kind::scale:
        return flat_[node.reads.front()];
      default:
        for (const Value value : node.reads)
          if (flat_[value]) return true;
        return false;
    }
  }
  std::string image(Value value) const {
    return variable(value) + (flat_[value] ? "[:, :, None, None]" : "");
  }
  std::string features(Value value) const {
    return flat_[value] ? variable(value) : "torch.flatten(" + variable(value) + ", 1)";
  }

  std::string layer(std::size_t k, const std::string& made, const std::string& argument) {
    init_ << "        self." << names_[k] << " = " << made << "\n";
    return "self." + names_[k] + "(" + argument + ")";
  }

  std::string expression(std::size_t k) {
    const Node& node = graph_.nodes()[k];
    const Operator& op = node.op;
    const Value x = node.reads.front();
    switch (op.kind) {
      case Kind::convolution:
        return layer(k, convolution(op), image(x));
      case Kind::linear:
        return layer(k,
                     "nn.Linear(" + std::to_string(op.in * op.side_in * op.side_in) + ", " +
                         std::to_string(op.out) + ")",
                     features(x));
      case Kind::norm:
        return layer(k, norm(op, flat_[k + 1]), variable(x));
      case Kind::relu:
        return "functional.relu(" + variable(x) + ")";
      case Kind::elu:
        return "functional.elu(" + variable(x) + ")";
      case Kind::gather:
        return gather(k);
      case Kind::relu6:
        return "functional.relu6(" + variable(x) + ")";
      case Kind::hard_sigmoid:
        return "functional.hardsigmoid(" + variable(x) + ")";
      case Kind::hard_swish:
        return "functional.hardswish(" + variable(x) + ")";
      case Kind::add:
        return add(node);
      case Kind::scale:
        return variable(x) + " * " + image(node.reads.back());
      case Kind::zero:
        return "torch.zeros_like(" + variable(x) + ")";
      case Kind::average_pool:
        return "functional.avg_pool2d(" + image(x) + window(op) + ")";
      case Kind::resize:
        return "functional.interpolate(" + image(x) + ", size=" + std::to_string(op.side_out) +
               ", mode=\"bilinear\", align_corners=False)";
      case Kind::max_pool:
        return "functional.max_pool2d(" + image(x) + window(op) + ")";
      case Kind::flatten:
        return features(x);
    }
    throw Error(ExitCode::internal, "an operator of unknown kind");
  }

  static std::string convolution(const Operator& op) {
    std::ostringstream text;
    text << "nn.Conv2d(" << op.in << ", " << op.out << ", " << op.kernel;
    if (op.stride != 1) text << ", stride=" << op.stride;
    if (op.padding != 0) text << ", padding=" << op.padding;
    if (op.groups != 1) text << ", groups=" << op.groups;
    text << (op.bias ? ")" : ", bias=False)");
    return std::move(text).str();
  }
  static std::string norm(const Operator& op, bool flat) {
    std::ostringstream text;
    text << "nn.BatchNorm" << (flat ? 1 : 2) << "d(" << op.out << ", eps=" << norm_epsilon
         << ", momentum=" << running_momentum << ")";
    return std::move(text).str();
  }

  static std::string window(const Operator& op) {
    std::ostringstream text;
    text << ", " << op.kernel;
    if (op.stride != op.kernel) text << ", stride=" << op.stride;
    if (op.padding != 0) text << ", padding=" << op.padding;
    if (op.padding != 0 && op.kind == Kind::average_pool) text << ", count_include_pad=False";
    return std::move(text).str();
  }

  std::string add(const Node& node) const {
    std::string sum = variable(node.reads.front());
    for (std::size_t r = 1; r < node.reads.size(); ++r) {
      const int width = graph_.channels(node.reads[r]), count = std::min({width, node.op.reach, node.op.in});
      std::string part = variable(node.reads[r]);
      if (count < width) part += "[:, :" + std::to_string(count) + "]";
      if (count < node.op.in)
        part = "functional.pad(" + part + ", [0, 0, 0, 0, 0, " + std::to_string(node.op.in - count) + "])";
      sum.append(" + ").append(part);
    }
    return sum;
  }

  std::string gather(std::size_t k) {
    const Node& node = graph_.nodes()[k];
    std::string joined;
    for (std::size_t r = 0; r < node.reads.size(); ++r) {
      const Value value = node.reads[r];
      std::string part = flat_[k + 1] ? features(value) : variable(value);
      const bool whole = node.columns.empty() || node.columns[r].empty() ||
                         std::cmp_equal(node.columns[r].size(), graph_.channels(value));
      if (!whole) {
        const std::string buffer = names_[k] + "_of_" + variable(value);
        init_ << broken("        self.register_buffer(\"" + buffer + "\", torch.tensor(" +
                            list_text(node.columns[r]) + "), persistent=False)",
                        "            ")
              << "\n";
        part = "torch.index_select(" + part + ", 1, self." + buffer + ")";
      }
      joined.append(r > 0 ? ", " : "").append(part);
    }
    return node.reads.size() > 1 ? "torch.cat([" + joined + "], 1)" : joined;
  }

  const NetworkGraph& graph_;
  const std::vector<std::string> names_;
  std::vector<bool> flat_;  // of each value
  std::ostringstream init_, forward_;
};

constexpr const char* docstring_end = R"(
`load(folder)` gives the network with its weights. To train on as
flash trains: cross entropy, weight decay on the weights alone (`parameter_groups`). Layers are called by the
slot (a cell) and the layer within it; norms have the momentum and the epsilon of the training.
"""
)";

// Images as the network reads them.
std::string normalisation(const PytorchFacts& facts) {
  if (facts.mean.empty()) return "MEAN = STD = None  # no data set: the weights are not trained\n";
  return "MEAN = " + list_text(facts.mean) +
         "  # of each channel, of pixels / 255\nSTD = " + list_text(facts.std_dev) + R"(


def normalise(pixels):
    """Pixels from 0 to 255, N x channels x side x side, as the network reads them."""
    mean, std = (torch.tensor(values).view(-1, 1, 1) for values in (MEAN, STD))
    return (pixels / 255 - mean) / std
)";
}

constexpr const char* functions = R"(

def parameter_groups(network, weight_decay):
    """For an optimiser: weight decay for weights, none for norms and biases."""
    weights = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() == 1]
    return [{"params": weights, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def load(folder=pathlib.Path(__file__).parent):
    """The network with the weights of the file in this folder, in training mode."""
    network = Network()
    network.load_state_dict(torch.load(pathlib.Path(folder) / WEIGHTS, map_location="cpu", weights_only=True))
    return network
)";

}  // namespace

std::string pytorch_source(const NetworkGraph& graph, const PytorchFacts& facts) {
  const ModuleWriter module(graph);
  std::ostringstream text;
  text << "\"\"\"";
  for (const std::string& line : facts.about) text << line << "\n";
  text << docstring_end
       << "\nimport pathlib\n\nimport torch\nfrom torch import nn\nfrom torch.nn import functional\n\n"
       << "WEIGHTS = \"" << facts.weights_file << "\"\n"
       << "INPUT = (" << graph.channels() << ", " << graph.side() << ", " << graph.side()
       << ")  # channels, height, width\n"
       << "CLASSES = " << graph.node(graph.output()).op.values_out() << "\n"
       << normalisation(facts) << "\n\nclass Network(nn.Module):\n    def __init__(self):\n"
       << "        super().__init__()\n"
       << module.init() << "\n    def forward(self, x):\n"
       << "        \"\"\"Logits, N x CLASSES, of normalised images, N x channels x height x width.\"\"\"\n"
       << module.forward() << functions;
  return std::move(text).str();
}

}  // namespace flash
