#include "layer_names.hpp"

#include <map>

namespace flash {
namespace {

std::string short_name(Operator::Kind kind) {
  if (kind == Operator::Kind::convolution) return "conv";
  return std::string(name(kind));
}

std::vector<bool> matter(const NetworkGraph& graph) {
  std::vector<bool> wanted(graph.nodes().size() + 1);  // of each value
  wanted.back() = true;
  for (std::size_t k = graph.nodes().size(); k-- > 0;)
    if (wanted[k + 1])
      for (const NetworkGraph::Value value : graph.nodes()[k].reads) wanted[value] = true;
  return {wanted.begin() + 1, wanted.end()};
}

}  // namespace

std::vector<std::string> layer_names(const NetworkGraph& graph) {
  const std::vector<bool> matters = matter(graph);
  std::vector<std::string> names(graph.nodes().size());
  std::map<std::string, std::size_t> namesakes, numbers;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (!matters[k]) continue;
    const NetworkGraph::Node& node = graph.nodes()[k];
    names[k].append("slot").append(std::to_string(node.slot)).append("_layer");
    names[k].append(std::to_string(node.layer)).append("_").append(short_name(node.op.kind));
    ++namesakes[names[k]];
  }
  for (std::string& name : names)
    if (const auto found = namesakes.find(name); found != namesakes.end() && found->second > 1)
      name.append(std::to_string(++numbers[found->first]));
  return names;
}

}  // namespace flash
