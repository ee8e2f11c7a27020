#include "flash/hardware/features.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/topology/costs.hpp"
#include "share.hpp"

namespace flash {
namespace {

struct Quantity {
  std::string_view name;
  std::int64_t Costs::*value;
};
constexpr std::array<Quantity, 4> quantities{{{"macs", &Costs::macs},
                                              {"parameters", &Costs::parameters},
                                              {"traffic", &Costs::traffic},
                                              {"layers", &Costs::layers}}};

struct TileQuantity {
  std::string_view name;
  double TileCosts::*value;
};
constexpr std::array<TileQuantity, 11> tile_quantities{{{"tiles", &TileCosts::tiles},
                                                        {"crossbar_reads", &TileCosts::crossbar_reads},
                                                        {"read_cells", &TileCosts::read_cells},
                                                        {"driven_rows", &TileCosts::driven_rows},
                                                        {"conversions", &TileCosts::conversions},
                                                        {"buffer_bits", &TileCosts::buffer_bits},
                                                        {"compute_cycles", &TileCosts::compute_cycles},
                                                        {"flits", &TileCosts::flits},
                                                        {"partial_flits", &TileCosts::partial_flits},
                                                        {"port_flits", &TileCosts::port_flits},
                                                        {"spread_flits", &TileCosts::spread_flits}}};
// Products of a cell's sums, which still depend on the stratum and its own tc alone.
struct TileProduct {
  std::string_view name;
  double (*value)(const CellShare&);
};
constexpr std::array<TileProduct, 3> tile_products{
    {{"hop_flits", [](const CellShare& s) { return s.tile_costs.flits * std::sqrt(s.tile_costs.tiles); }},
     {"tile_layers", [](const CellShare& s) { return s.tile_costs.tiles * s.depth; }},
     {"tile_cycles", [](const CellShare& s) { return s.tile_costs.tiles * s.tile_costs.compute_cycles; }}}};

// All of them, in this order: FeatureId's quantity.
constexpr std::size_t quantity_count = quantities.size() + tile_quantities.size() + tile_products.size();

constexpr std::string_view quantity_name(std::size_t index) {
  if (index < quantities.size()) return quantities[index].name;
  index -= quantities.size();
  if (index < tile_quantities.size()) return tile_quantities[index].name;
  return tile_products[index - tile_quantities.size()].name;
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

FeatureId find_feature(std::string_view feature, std::size_t cells, bool tiled) {
  const std::size_t dot = feature.find('.');
  const int cell = cell_of(feature, dot, cells);
  const std::string_view name = feature.substr(0, dot);
  for (std::size_t i = 0; i < (tiled ? quantity_count : quantities.size()); ++i)
    if (quantity_name(i) == name) return {i, cell};
  unknown(feature);
}

std::vector<FeatureId> find_features(const std::vector<std::string>& names, std::size_t cells, bool tiled) {
  std::vector<FeatureId> ids;
  for (const std::string& name : names) ids.push_back(find_feature(name, cells, tiled));
  return ids;
}

double CellShare::operator()(FeatureId feature) const {
  if (feature.cell >= 0 && feature.cell != cell) return 0;
  std::size_t index = feature.quantity;
  if (index < quantities.size()) return static_cast<double>(costs.*quantities[index].value);
  index -= quantities.size();
  if (index < tile_quantities.size()) return tile_costs.*tile_quantities[index].value;
  index -= tile_quantities.size();
  return tile_products[index].value(*this);
}

std::vector<std::string> feature_names(const SpaceDefinition& space, const std::optional<Tiling>& tiling) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < (tiling ? quantity_count : quantities.size()); ++i)
    names.emplace_back(quantity_name(i));
  if (space.widths.size() == 1) return names;  // the only cell's share is all of it
  const std::size_t count = names.size();
  for (std::size_t cell = 0; cell < space.widths.size(); ++cell)
    for (std::size_t i = 0; i < count; ++i) names.push_back(names[i] + "." + std::to_string(cell));
  return names;
}

double cell_feature(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc,
                    std::string_view feature, const std::optional<Tiling>& tiling) {
  return CellShares(space, stratum, cell, tiling)
      .at(tc)(find_feature(feature, stratum.cells(), tiling.has_value()));
}

std::vector<double> network_features(const Space& space, const Configuration& configuration,
                                     const std::vector<std::string>& names,
                                     const std::optional<Tiling>& tiling) {
  const Stratum& stratum = space.stratum_of(space.id(configuration));
  const std::vector<FeatureId> ids = find_features(names, space.cells(), tiling.has_value());
  std::vector<double> values(names.size());
  for (std::size_t cell = 0; cell < space.cells(); ++cell) {
    const CellShares shares(space.definition(), stratum, static_cast<int>(cell), tiling);
    const CellShare share = shares.at(configuration.skips[cell]);
    for (std::size_t i = 0; i < ids.size(); ++i) values[i] += share(ids[i]);
  }
  return values;
}

}  // namespace flash
