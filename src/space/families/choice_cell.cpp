#include "choice_cell.hpp"

#include <cmath>

#include "cell_text.hpp"
#include "choice_blocks.hpp"
#include "common.hpp"

namespace flash {
namespace {

using Value = NetworkGraph::Value;

// Writes the skeleton; each layer belongs to the slot that was entered.
class Skeleton {
 public:
  Skeleton(NetworkGraph& graph, const CellSettings& settings, const std::vector<std::pair<int, int>>& edges)
      : graph_(graph), settings_(settings), edges_(edges), next_(edges.size()) {}

  Value stem(int out) {
    enter(0);
    const Value x = convolution(out, 3, 1, NetworkGraph::image);
    return graph_.append(operators::norm(out, graph_.side(x)), x);
  }

  Value reduction(int out, int stride, Value x) {
    const Value first = edge_convolution(0, out, 3, stride, 1, x);
    const Value second = edge_convolution(0, out, 3, 1, 1, first);
    Value shortcut = x;
    enter(0);
    if (stride > 1) {
      const Operator pool = operators::average_pool(graph_.channels(x), graph_.side(x), stride, stride);
      shortcut = graph_.append(opening_layer(pool), shortcut);
    }
    enter(0);
    shortcut = convolution(out, 1, 1, shortcut);
    return graph_.combine(operators::add(out, graph_.side(second), out), {second, shortcut});
  }

  Value cell(OptionView options, Value x) {
    std::vector<Value> nodes{x};
    for (std::size_t slot = 0; slot < edges_.size();) {
      const int node = edges_[slot].second;
      std::vector<Value> arriving;
      for (; slot < edges_.size() && edges_[slot].second == node; ++slot)
        arriving.push_back(edge(slot, settings_.spec.operators[static_cast<std::size_t>(options[slot])],
                                nodes[static_cast<std::size_t>(edges_[slot].first)]));
      if (arriving.size() > 1) {  // the last edge's, whatever stands there
        const int channels = graph_.channels(x);
        enter(slot - 1);
        arriving = {graph_.combine(operators::add(channels, graph_.side(x), channels), arriving)};
      }
      nodes.push_back(arriving.front());
    }
    return nodes.back();
  }

  void head(int classes, Value x) {
    enter(edges_.size() - 1);
    const int channels = graph_.channels(x), side = graph_.side(x);
    x = graph_.append(opening_layer(operators::norm(channels, side), /*head=*/true), x);
    x = graph_.append(operators::relu(channels, side), x);
    x = graph_.append(operators::average_pool(channels, side, side), x);
    graph_.append(operators::linear(channels, classes, 1), x);
  }

 private:
  void enter(std::size_t slot) { graph_.enter(slot, next_[slot]++); }

  Value convolution(int out, int kernel, int stride, Value x) {
    return graph_.append(
        opening_layer(operators::convolution(graph_.channels(x), out, kernel, stride, graph_.side(x))), x);
  }

  Value edge_convolution(std::size_t slot, int out, int kernel, int stride, int groups, Value x) {
    enter(slot);
    x = graph_.append(opening_layer(operators::relu(graph_.channels(x), graph_.side(x))), x);
    x = graph_.append(operators::convolution(graph_.channels(x), out, kernel, stride, graph_.side(x), groups),
                      x);
    return graph_.append(operators::norm(out, graph_.side(x)), x);
  }

  Value edge(std::size_t slot, const ChoiceOperator& op, Value x) {
    using Kind = ChoiceOperator::Kind;
    const int channels = graph_.channels(x), side = graph_.side(x), padding = op.kernel / 2;
    switch (op.kind) {
      case Kind::skip:
        return x;
      case Kind::none:
        enter(slot);
        return graph_.append(operators::zero(channels, side), x);
      case Kind::average_pool:
        enter(slot);
        return graph_.append(opening_layer(operators::average_pool(channels, side, op.kernel, 1, padding)),
                             x);
      case Kind::max_pool:
        enter(slot);
        return graph_.append(opening_layer(operators::max_pool(channels, side, op.kernel, 1, padding)), x);
      case Kind::convolution:
        return edge_convolution(slot, channels, op.kernel, 1, op.groups, x);
      case Kind::inverted: {
        ChoiceBlocks blocks(graph_);
        blocks.enter(slot);
        return blocks.add(op, settings_.spec.stages.front(), channels, 1, x);
      }
    }
    return x;
  }

  NetworkGraph& graph_;
  const CellSettings& settings_;
  const std::vector<std::pair<int, int>>& edges_;
  std::vector<int> next_;  // layer of each slot
};

}  // namespace

ChoiceCell::ChoiceCell(CellSettings settings)
    : settings_(std::move(settings)), capacity_(*this), score_list_{&capacity_} {
  const ChoiceSpec& spec = settings_.spec;
  if (settings_.nodes < 2 || settings_.nodes > 12)
    refuse_space("nodes has " + std::to_string(settings_.nodes) + " (allowed: 2 .. 12)");
  int strides = 1;
  for (const ChoiceStage& stage : spec.stages) {
    strides *= stage.stride;
    if (stage.fixed || stage.least != stage.most)
      refuse_space(
          "stages: of layout = \"cell\" each has a number of cells, and its operators are the cell's");
    for (const ChoiceOperator& op : spec.operators)
      if (stage.channels % op.groups != 0)
        refuse_space("operators, \"" + op.name + "\": " + std::to_string(op.groups) +
                     " groups do not divide " + std::to_string(stage.channels) + " channels");
  }
  if (settings_.input.side < strides)
    refuse_space("images of side " + std::to_string(settings_.input.side) + " are too small for strides of " +
                 std::to_string(strides) + " in all");
  if (settings_.input.side % strides !=
      0)  // the pool of a shortcut would leave a row out that the convolution reads
    refuse_space("images of side " + std::to_string(settings_.input.side) +
                 " cannot be divided by strides of " + std::to_string(strides) + " in all");
  for (int to = 1; to < settings_.nodes; ++to)
    for (int from = 0; from < to; ++from) edges_.emplace_back(from, to);
  operator_axis_ = {
      .name = "op", .unit = "", .doc = "operator of an edge, ordered by the node that it leads to"};
  operator_axis_.ordered = false;
  for (const ChoiceOperator& op : spec.operators) operator_axis_.values.push_back(op.name);
  parts_.assign(spec.operators.size(), std::vector<std::vector<Operator>>(edges_.size()));
  for (std::size_t option = 0; option < parts_.size(); ++option) {
    const std::vector<std::int64_t> all(edges_.size(), static_cast<std::int64_t>(option));
    const NetworkGraph graph = lower({}, all, 0);
    for (const NetworkGraph::Node& node : graph.nodes()) parts_[option][node.slot].push_back(node.op);
  }
}

std::vector<Slot> ChoiceCell::slots(ShapeView) const {
  const auto options = static_cast<std::int64_t>(settings_.spec.operators.size());
  return std::vector<Slot>(edges_.size(), Slot{.options = options, .ordered = false});
}

NetworkGraph ChoiceCell::lower(ShapeView, OptionView options, std::uint64_t) const {
  NetworkGraph graph(settings_.input.channels, settings_.input.side);
  Skeleton skeleton(graph, settings_, edges_);
  const std::vector<ChoiceStage>& stages = settings_.spec.stages;
  Value x = skeleton.stem(stages.front().channels);
  for (const ChoiceStage& stage : stages) {
    if (&stage != &stages.front()) x = skeleton.reduction(stage.channels, stage.stride, x);
    for (int cell = 0; cell < stage.least; ++cell) x = skeleton.cell(options, x);
  }
  skeleton.head(settings_.input.classes, x);
  return graph;
}

std::vector<Operator> ChoiceCell::part(ShapeView, std::size_t slot, std::int64_t, std::int64_t option) const {
  return parts_[static_cast<std::size_t>(option)][slot];
}

std::string ChoiceCell::foreign_text(ShapeView, OptionView options) const {
  return cell_text(operator_axis_.values, options);
}

std::optional<Choices> ChoiceCell::read_foreign_text(std::string_view text) const {
  if (!is_cell_text(text)) return std::nullopt;
  return Choices{{}, read_cell_text(operator_axis_.values, settings_.nodes, text)};
}

Liveness ChoiceCell::liveness(ShapeView, OptionView options) const {
  const auto cut = [&](std::size_t slot) {
    const auto option = static_cast<std::size_t>(options[slot]);
    return settings_.spec.operators[option].kind == ChoiceOperator::Kind::none;
  };
  const auto nodes = static_cast<std::size_t>(settings_.nodes);
  std::vector<bool> fed(nodes), read(nodes);  // by the input; on the way to the output
  fed.front() = read.back() = true;
  for (std::size_t slot = 0; slot < edges_.size(); ++slot) {
    const auto [from, to] = edges_[slot];
    if (!cut(slot) && fed[static_cast<std::size_t>(from)]) fed[static_cast<std::size_t>(to)] = true;
  }
  for (std::size_t slot = edges_.size(); slot-- > 0;) {
    const auto [from, to] = edges_[slot];
    if (!cut(slot) && read[static_cast<std::size_t>(to)]) read[static_cast<std::size_t>(from)] = true;
  }
  Liveness found{.path = fed.back(), .dead = {}};
  for (std::size_t slot = 0; slot < edges_.size(); ++slot) {
    const auto [from, to] = edges_[slot];
    if (!cut(slot) && !(fed[static_cast<std::size_t>(from)] && read[static_cast<std::size_t>(to)]))
      found.dead.push_back(slot);
  }
  return found;
}

double ChoiceCell::Capacity::part(ShapeView shape, std::size_t slot, std::int64_t,
                                  std::int64_t option) const {
  return std::log2(1.0 + static_cast<double>(of_.part_counts(shape, slot, -1, option).macs));
}

}  // namespace flash
