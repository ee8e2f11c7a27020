#include "flash/network/live_memory.hpp"

#include <algorithm>

namespace flash {

Lifetimes::Lifetimes(std::size_t values, std::span<const Step> steps)
    : steps_(steps.size()), first_(values), last_(values) {
  for (std::size_t step = 0; step < steps.size(); ++step) {
    first_[steps[step].writes] = last_[steps[step].writes] = step;
    for (const std::size_t value : steps[step].reads) last_[value] = step;
  }
}

std::int64_t Lifetimes::peak(std::span<const std::int64_t> sizes) const {
  if (steps_ == 0) return 0;  // nothing runs
  std::vector<std::int64_t> change(steps_ + 1);
  for (std::size_t value = 0; value < first_.size(); ++value) {
    change[first_[value]] += sizes[value];
    change[last_[value] + 1] -= sizes[value];
  }
  std::int64_t live = 0;
  std::int64_t most = 0;
  for (const std::int64_t by : change) most = std::max(most, live += by);
  return most;
}

bool writes(const Operator& op) {
  using Kind = Operator::Kind;
  return op.has_matrix() || op.pools() || op.kind == Kind::gather || op.kind == Kind::add ||
         op.kind == Kind::scale || op.kind == Kind::zero || op.kind == Kind::resize;
}

std::int64_t peak_values(const NetworkGraph& graph, std::size_t slot) {
  std::vector<Step> steps;
  std::vector<std::int64_t> sizes{std::int64_t{graph.channels()} * graph.side() * graph.side()};
  std::vector<std::size_t> held{0};  // where each of the graph's values is
  for (const NetworkGraph::Node& node : graph.nodes()) {
    const bool whole = node.reads.size() == 1 && (node.columns.empty() || node.columns.front().empty());
    if (!writes(node.op) || (node.op.kind == Operator::Kind::gather && whole)) {
      held.push_back(held[node.reads.front()]);
      continue;
    }
    held.push_back(sizes.size());
    if (node.slot != slot) {  // an input of the slot, if at all
      sizes.push_back(node.op.values_out());
      continue;
    }
    Step& step = steps.emplace_back();
    for (const NetworkGraph::Value value : node.reads) step.reads.push_back(held[value]);
    step.writes = sizes.size();
    sizes.push_back(node.op.values_out());
  }
  std::vector<bool> used(sizes.size());
  for (const Step& step : steps) {
    used[step.writes] = true;
    for (const std::size_t value : step.reads) used[value] = true;
  }
  for (std::size_t value = 0; value < sizes.size(); ++value)
    if (!used[value]) sizes[value] = 0;
  return Lifetimes(sizes.size(), steps).peak(sizes);
}

}  // namespace flash
