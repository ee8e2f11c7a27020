#include "limits.hpp"

#include <algorithm>
#include <vector>

#include "flash/network/live_memory.hpp"

namespace flash::fcn_limits {
namespace {

constexpr std::int64_t most_values = std::int64_t{1} << 26;       // of one activation
constexpr std::int64_t most_live_values = std::int64_t{1} << 28;  // of all that is held at once
constexpr std::int64_t most_parameters = std::int64_t{1} << 28;
// Whatever is pruned, a matrix costs a file some bytes; fully connected layers pruned a thousand times are at 700.
constexpr std::int64_t free_parameters = 65'536, parameters_a_byte = 4'096;

std::int64_t peak_live_values(const NetworkGraph& graph) {
  std::vector<Step> steps;
  std::vector<std::int64_t> sizes{std::int64_t{graph.channels()} * graph.side() * graph.side()};
  for (const NetworkGraph::Node& node : graph.nodes()) {
    steps.push_back({node.reads, sizes.size()});
    sizes.push_back(node.op.values_out());
  }
  return Lifetimes(sizes.size(), steps).peak(sizes);
}

}  // namespace

std::int64_t laid_out_values(const Operator& op) {
  const std::int64_t side = std::int64_t{op.side_in} + 2 * std::int64_t{op.padding} + op.stride;
  return std::max(op.values_out(), op.in * side * side);
}

std::string_view excess(const Operator& op) {
  if (laid_out_values(op) > most_values) return "has an activation that is too large";
  if (op.parameters() > most_parameters) return "has more weights than such a file may";
  return "";
}

bool allows(std::int64_t parameters, std::size_t file_bytes) {
  return parameters <= free_parameters + parameters_a_byte * static_cast<std::int64_t>(file_bytes);
}

std::string_view excess(const NetworkGraph& graph, std::size_t file_bytes) {
  std::int64_t parameters = 0;
  for (const NetworkGraph::Node& node : graph.nodes()) parameters += node.op.parameters();
  if (parameters > most_parameters) return "has more weights than such a file may";
  if (!allows(parameters, file_bytes)) return "has more weights than a file of its size may";
  if (peak_live_values(graph) > most_live_values) return "has activations that are too large";
  return "";
}

}  // namespace flash::fcn_limits
