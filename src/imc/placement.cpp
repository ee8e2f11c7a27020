#include "flash/imc/placement.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace flash {

std::string_view name(Placer placer) { return placer == Placer::anneal ? "anneal" : "in_order"; }

std::vector<Flow> pair_volumes(std::span<const Flow> flows) {
  std::vector<Flow> pairs;
  for (Flow flow : flows) {
    if (flow.from == flow.to || flow.flits == 0) continue;
    if (flow.from > flow.to) std::swap(flow.from, flow.to);
    pairs.push_back({flow.from, flow.to, flow.flits});
  }
  std::ranges::sort(pairs, {}, [](const Flow& flow) { return std::tuple(flow.from, flow.to); });
  std::vector<Flow> merged;
  for (const Flow& pair : pairs)
    if (!merged.empty() && merged.back().from == pair.from && merged.back().to == pair.to)
      merged.back().flits += pair.flits;
    else
      merged.push_back(pair);
  return merged;
}

std::vector<Flow> pair_volumes(const NetworkLayout& layout) {
  std::vector<Flow> all;
  LayerFlows layer;
  for (std::size_t i = 0; i < layout.convolutions().size(); ++i) {
    layout.flows_into(i, layer);
    all.insert(all.end(), layer.flows.begin(), layer.flows.end());
  }
  return pair_volumes(all);
}

std::int64_t flit_hops(const Mesh& mesh, std::span<const Flow> flows) {
  std::int64_t sum = 0;
  for (const Flow& flow : flows) sum += flow.flits * mesh.hops(flow.from, flow.to);
  return sum;
}

}  // namespace flash
