// Of a built network what inference needs: weights as files hold them, and its steps with the norms folded in.
#include <ATen/ATen.h>

#include <algorithm>

#include "flash/train/network.hpp"

namespace flash {

// Statistics of the channels read, of which each is kept with the value that has it.
BuiltNetwork::Statistics BuiltNetwork::statistics_of(const Reading& reading) const {
  std::vector<at::Tensor> means, variances;
  for (const Reading::Tap& tap : reading.taps()) {
    means.push_back(statistics_[tap.output].mean);
    variances.push_back(statistics_[tap.output].variance);
  }
  const at::Tensor positions = at::tensor(reading.positions()).to(means.front().device());
  return {at::cat(means).index_select(0, positions), at::cat(variances).index_select(0, positions)};
}

// What a batch norm does in inference, in double precision for the folding that follows.
ChannelAffine BuiltNetwork::inference_affine(const Affine& norm, const Reading& reading) const {
  const auto precise = [](const at::Tensor& values) { return values.detach().to(at::kCPU, at::kDouble); };
  const Statistics statistics = statistics_of(reading);
  const at::Tensor mean = precise(statistics.mean);
  const at::Tensor variance = precise(statistics.variance);
  const at::Tensor scale = precise(norm.gamma) * (variance + norm_epsilon).rsqrt();
  return {scale, precise(norm.beta) - mean * scale};
}

BuiltNetwork::State BuiltNetwork::state(std::size_t node) const {
  const auto plain = [](const at::Tensor& values) {
    return values.detach().to(at::kCPU, at::kFloat).contiguous(at::MemoryFormat::Contiguous);
  };
  const Trained& trained = trained_[node];
  switch (graph_.nodes()[node].op.kind) {
    case Operator::Kind::convolution:
      return {plain(trained.weight), trained.bias.defined() ? plain(trained.bias) : at::Tensor(), {}, {}};
    case Operator::Kind::linear:
      return {plain(trained.weight).flatten(1), plain(trained.bias), {}, {}};
    case Operator::Kind::norm: {
      const Step& step = *std::ranges::find(steps_, node, &Step::node);
      const Statistics statistics = statistics_of(step.reading.front());
      return {plain(trained.norm.gamma), plain(trained.norm.beta), plain(statistics.mean),
              plain(statistics.variance)};
    }
    default:
      return {};
  }
}

at::Tensor BuiltNetwork::shift(std::size_t node) const {
  const Trained& trained = trained_[node];
  return graph_.nodes()[node].op.kind == Operator::Kind::norm ? trained.norm.beta : trained.bias;
}

// The same steps as forward(), written down instead of done.
InferenceGraph BuiltNetwork::inference_graph() const {
  InferenceGraph graph(graph_.channels(), graph_.side());
  std::vector<InferenceGraph::Value> values(graph_.nodes().size() + 1, InferenceGraph::input);
  for (const Step& step : steps_) {
    const Operator& op = graph_.nodes()[step.node].op;
    const Trained& trained = trained_[step.node];
    InferenceGraph::Value x = values[graph_.nodes()[step.node].reads.front()];
    switch (op.kind) {
      case Operator::Kind::convolution:
        x = graph.convolution(x, trained.weight, trained.bias, op.stride, op.padding, op.groups);
        break;
      case Operator::Kind::linear:
        if (!graph.flat(x)) x = graph.flatten(x, trained.weight[0].numel());
        x = graph.linear(x, trained.weight, trained.bias);
        break;
      case Operator::Kind::norm:
        x = graph.gather(values, step.reading.front(), inference_affine(trained.norm, step.reading.front()));
        if (step.relu) x = graph.relu(x);
        break;
      case Operator::Kind::gather:
        x = graph.gather(values, step.reading.front(), {});
        break;
      case Operator::Kind::relu:
        x = graph.relu(x);
        break;
      case Operator::Kind::elu:
        x = graph.elu(x);
        break;
      case Operator::Kind::relu6:
        x = graph.relu6(x);
        break;
      case Operator::Kind::hard_sigmoid:
        x = graph.hard_sigmoid(x);
        break;
      case Operator::Kind::hard_swish:
        x = graph.hard_swish(x);
        break;
      case Operator::Kind::add: {
        std::vector<InferenceGraph::Value> addends;
        for (const Value value : graph_.nodes()[step.node].reads) addends.push_back(values[value]);
        x = graph.add(std::move(addends), op.reach);
        break;
      }
      case Operator::Kind::scale:
        x = graph.scale(x, values[graph_.nodes()[step.node].reads.back()]);
        break;
      case Operator::Kind::zero:
        x = graph.zero(x);
        break;
      case Operator::Kind::average_pool:
        x = graph.average_pool(x, op.kernel, op.stride, op.padding);
        break;
      case Operator::Kind::resize:
        x = graph.resize(x, op.side_in, op.side_out);
        break;
      case Operator::Kind::max_pool:
        x = graph.max_pool(x, op.kernel, op.stride, op.padding);
        break;
      case Operator::Kind::flatten:
        x = graph.flatten(x, op.out);
        break;
    }
    values[step.puts_out] = x;
  }
  return graph;
}

}  // namespace flash
