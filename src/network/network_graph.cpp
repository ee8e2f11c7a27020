#include "flash/network/network_graph.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace flash {
namespace {

[[noreturn]] void misfit(const Operator& op, int channels, int side) {
  throw std::logic_error("a " + std::string(name(op.kind)) + " of " + std::to_string(op.in) +
                         " channels of side " + std::to_string(op.side_in) + " reads " +
                         std::to_string(channels) + " of side " + std::to_string(side));
}

}  // namespace

void NetworkGraph::enter(std::size_t slot, int layer) {
  slot_ = slot;
  layer_ = layer;
}

NetworkGraph::Value NetworkGraph::append(const Operator& op, Value x) {
  if (op.in != channels(x) || op.side_in != side(x)) misfit(op, channels(x), side(x));
  nodes_.push_back({op, {x}, {}, slot_, layer_});
  return nodes_.size();
}

NetworkGraph::Value NetworkGraph::append(std::span<const Operator> chain, Value x) {
  for (const Operator& op : chain) x = append(op, x);
  return x;
}

NetworkGraph::Value NetworkGraph::gather(const Operator& op, std::vector<Value> values,
                                         std::vector<std::vector<int>> columns) {
  int read = 0;
  for (std::size_t r = 0; r < values.size(); ++r) {
    read += columns[r].empty() ? channels(values[r]) : static_cast<int>(columns[r].size());
    if (op.side_in != side(values[r])) misfit(op, read, side(values[r]));
  }
  if (op.in != read) misfit(op, read, op.side_in);
  nodes_.push_back({op, std::move(values), std::move(columns), slot_, layer_});
  return nodes_.size();
}

NetworkGraph::Value NetworkGraph::combine(const Operator& op, std::vector<Value> values) {
  const bool scales = op.kind == Operator::Kind::scale;
  if (op.in != channels(values.front()) || (scales && values.size() != 2))
    misfit(op, channels(values.front()), side(values.front()));
  for (std::size_t r = 0; r < values.size(); ++r) {
    const bool features = scales && r == 1;
    if (side(values[r]) != (features ? 1 : op.side_in) || (features && channels(values[r]) != op.in))
      misfit(op, channels(values[r]), side(values[r]));
  }
  nodes_.push_back({op, std::move(values), {}, slot_, layer_});
  return nodes_.size();
}

std::vector<std::size_t> NetworkGraph::readers() const {
  std::vector<std::size_t> readers(nodes_.size() + 1);
  for (const Node& node : nodes_)
    for (const Value value : node.reads) ++readers[value];
  ++readers[output()];
  return readers;
}

Counts counts(const NetworkGraph& graph) {
  Counts sum;
  for (const NetworkGraph::Node& node : graph.nodes()) sum += counts(node.op);
  return sum;
}

}  // namespace flash
