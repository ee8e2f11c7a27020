#include "flash/train/compressed_inference.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>
#include <utility>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using Kind = Operator::Kind;
using GraphNode = NetworkGraph::Node;
using Value = InferenceGraph::Value;

at::Tensor tensor_of(const CompressedVector& vector) {
  at::Tensor values = at::empty({static_cast<std::int64_t>(vector.size())});
  for (std::size_t k = 0; k < vector.size(); ++k) values.data_ptr<float>()[k] = vector.at(k);
  return values;
}

at::Tensor tensor_of(const CompressedMatrix& matrix, const std::vector<std::int64_t>& sizes) {
  std::vector<float> dense = matrix.dense();
  return at::from_blob(dense.data(), sizes, at::kFloat).clone();
}

class Builder {
 public:
  explicit Builder(const CompressedNetwork& network)
      : network_(network),
        graph_(network.graph.channels(), network.graph.side()),
        values_(network.graph.nodes().size() + 1, InferenceGraph::input),
        scaled_(values_.size()) {
    const std::vector<std::size_t> readers = network.graph.readers();
    for (const GraphNode& node : network.graph.nodes()) {
      const NetworkGraph::Value from = node.reads.front();
      if (node.op.kind == Kind::norm && from > 0 && network.graph.node(from).op.kind == Kind::gather)
        scaled_[from] = readers[from] == 1;
    }
  }

  InferenceGraph build() {
    const std::vector<GraphNode>& nodes = network_.graph.nodes();
    for (std::size_t k = 0; k < nodes.size(); ++k) values_[k + 1] = append(k);
    if (!graph_.flat(values_.back())) graph_.flatten(values_.back(), nodes.back().op.values_out());
    return graph_.folded();
  }

 private:
  Reading reading(const GraphNode& node) const {
    std::vector<Reading::Tap> taps;
    for (std::size_t r = 0; r < node.reads.size(); ++r)
      taps.push_back({node.reads[r], network_.graph.channels(node.reads[r]),
                      node.columns.empty() ? std::vector<int>() : node.columns[r]});
    return Reading(std::move(taps));
  }

  Value norm(const GraphNode& node, const CompressedNode& compressed) {
    const NetworkGraph::Value from = node.reads.front();
    const ChannelAffine affine{tensor_of(compressed.first).to(at::kDouble),
                               tensor_of(compressed.second).to(at::kDouble)};
    return graph_.gather(values_, reading(scaled_[from] ? network_.graph.node(from) : node), affine);
  }

  Value weights(const GraphNode& node, const CompressedNode& compressed) {
    const Operator& op = node.op;
    const Value x = values_[node.reads.front()];
    const bool convolves = op.kind == Kind::convolution;
    const std::vector<std::int64_t> sizes =
        convolves ? std::vector<std::int64_t>{op.out, op.in / op.groups, op.kernel, op.kernel}
                  : std::vector<std::int64_t>{op.out, op.weights() / op.out};
    const at::Tensor weight = tensor_of(compressed.weights, sizes);
    const at::Tensor bias = op.bias ? tensor_of(compressed.first) : at::zeros({op.out});
    const Value read = convolves || graph_.flat(x) ? x : graph_.flatten(x, sizes.back());
    const Value value = convolves ? graph_.convolution(x, weight, bias, op.stride, op.padding, op.groups)
                                  : graph_.linear(read, weight, bias);
    if (compressed.weights.form == CompressedMatrix::Form::levels && compressed.weights.levels.step != 0)
      graph_.weights_in_steps_of(static_cast<double>(compressed.weights.levels.step));
    return value;
  }

  // Files for other runtimes tell features from activations of side 1.
  void check_flatness(const GraphNode& node) const {
    const auto flat = [&](NetworkGraph::Value value) { return graph_.flat(values_[value]); };
    const bool wants_activation = node.op.kind == Kind::convolution || node.op.pools() ||
                                  node.op.kind == Kind::resize || node.op.kind == Kind::scale;
    const bool joins = node.op.kind == Kind::add || node.op.kind == Kind::gather;
    for (const NetworkGraph::Value value : node.reads)
      if ((wants_activation && flat(node.reads.front())) ||
          (joins && flat(value) != flat(node.reads.front())))
        throw Error(ExitCode::bad_data, "the compressed network has a " + std::string(name(node.op.kind)) +
                                            " of features where other runtimes want an activation: it is not "
                                            "exported");
  }

  Value append(std::size_t k) {
    const GraphNode& node = network_.graph.nodes()[k];
    const Operator& op = node.op;
    check_flatness(node);
    const Value x = values_[node.reads.front()];
    switch (op.kind) {
      case Kind::convolution:
      case Kind::linear:
        return weights(node, network_.nodes[k]);
      case Kind::norm:
        return norm(node, network_.nodes[k]);
      case Kind::gather:
        return scaled_[k + 1] ? x : graph_.gather(values_, reading(node), {});
      case Kind::relu:
        return graph_.relu(x);
      case Kind::elu:
        return graph_.elu(x);
      case Kind::relu6:
        return graph_.relu6(x);
      case Kind::hard_sigmoid:
        return graph_.hard_sigmoid(x);
      case Kind::hard_swish:
        return graph_.hard_swish(x);
      case Kind::add: {
        std::vector<Value> addends;
        for (const NetworkGraph::Value value : node.reads) addends.push_back(values_[value]);
        return graph_.add(std::move(addends), op.reach);
      }
      case Kind::scale:
        return graph_.scale(x, values_[node.reads.back()]);
      case Kind::zero:
        return graph_.zero(x);
      case Kind::average_pool:
        return graph_.average_pool(x, op.kernel, op.stride, op.padding);
      case Kind::max_pool:
        return graph_.max_pool(x, op.kernel, op.stride, op.padding);
      case Kind::resize:
        return graph_.resize(x, op.side_in, op.side_out);
      case Kind::flatten:
        return graph_.flatten(x, op.out);
    }
    return x;
  }

  const CompressedNetwork& network_;
  InferenceGraph graph_;
  std::vector<Value> values_;  // the graph's, by the network's
  std::vector<bool> scaled_;   // gathers that a norm alone reads, which scales and shifts what it gathers
};

}  // namespace

InferenceGraph inference_graph(const CompressedNetwork& network) { return Builder(network).build(); }

}  // namespace flash
