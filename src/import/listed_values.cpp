// What a list of networks says of each.
#include "flash/import/measured_table.hpp"
#include "flash/topology/costs.hpp"

namespace flash {

std::vector<std::string> configuration_columns(const SpaceDefinition& space) {
  std::vector<std::string> columns{"wm"};
  const std::size_t cells = space.widths.size();
  if (space.depth_mode == DepthMode::equal) columns.emplace_back("depth");
  for (std::size_t c = 0; c < cells && space.depth_mode == DepthMode::separate; ++c)
    columns.push_back("depth_" + std::to_string(c));
  for (std::size_t c = 0; c < cells; ++c) columns.push_back("tc_" + std::to_string(c));
  return columns;
}

std::vector<ListedValue> listed_values(const Space& space, const Configuration& network) {
  std::vector<std::int64_t> numbers{network.wm};
  const std::size_t depths = space.definition().depth_mode == DepthMode::equal ? 1 : network.depths.size();
  for (std::size_t c = 0; c < depths; ++c) numbers.push_back(network.depths[c]);
  for (const int tc : network.skips) numbers.push_back(tc);
  std::vector<ListedValue> values;
  for (std::string& column : configuration_columns(space.definition()))
    values.push_back({std::move(column), numbers[values.size()]});
  const Costs costs = network_costs(space, network);
  values.push_back({"parameters", costs.parameters});
  values.push_back({"macs", costs.macs});
  return values;
}

}  // namespace flash
