#include "flash/hardware/features.hpp"

#include <array>
#include <charconv>

#include "flash/core/error.hpp"
#include "flash/topology/costs.hpp"
#include "share.hpp"

namespace flash {
namespace {

constexpr std::array<std::string_view, 4> quantities{"macs", "parameters", "traffic", "layers"};

std::int64_t quantity(const Costs& costs, std::size_t index) {
  switch (index) {
    case 0:
      return costs.macs;
    case 1:
      return costs.parameters;
    case 2:
      return costs.traffic;
    default:
      return costs.layers;
  }
}

[[noreturn]] void unknown(std::string_view feature) {
  throw Error(ExitCode::bad_data, "hardware model: the space has no feature '" + std::string(feature) + "'");
}

// The cell of "macs.2"; -1 for "macs", all cells.
int cell_of(std::string_view feature, std::size_t dot, std::size_t cells) {
  if (dot == std::string_view::npos) return -1;
  const std::string_view digits = feature.substr(dot + 1);
  std::size_t cell = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), cell);
  if (error != std::errc{} || end != digits.data() + digits.size() || cell >= cells) unknown(feature);
  return static_cast<int>(cell);
}

}  // namespace

double share(const Costs& costs, int cell, std::size_t cells, std::string_view feature) {
  const std::size_t dot = feature.find('.');
  const int only = cell_of(feature, dot, cells);
  const std::string_view wanted = feature.substr(0, dot);
  for (std::size_t index = 0; index < quantities.size(); ++index)
    if (quantities[index] == wanted)
      return only < 0 || only == cell ? static_cast<double>(quantity(costs, index)) : 0.0;
  unknown(feature);
}

std::vector<std::string> feature_names(const SpaceDefinition& space) {
  std::vector<std::string> names(quantities.begin(), quantities.end());
  if (space.widths.size() == 1) return names;  // the only cell's share is all of it
  for (std::size_t cell = 0; cell < space.widths.size(); ++cell)
    for (const std::string_view name : quantities)
      names.push_back(std::string(name) + "." + std::to_string(cell));
  return names;
}

double cell_feature(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc,
                    std::string_view feature) {
  return share(cell_costs(space, stratum, cell, tc), cell, stratum.cells(), feature);
}

std::vector<double> network_features(const Space& space, const Configuration& configuration,
                                     const std::vector<std::string>& names) {
  const Stratum& stratum = space.stratum_of(space.id(configuration));
  std::vector<double> values(names.size());
  for (std::size_t cell = 0; cell < space.cells(); ++cell) {
    const int c = static_cast<int>(cell);
    const Costs costs = cell_costs(space.definition(), stratum, c, configuration.skips[cell]);
    for (std::size_t i = 0; i < names.size(); ++i) values[i] += share(costs, c, space.cells(), names[i]);
  }
  return values;
}

}  // namespace flash
