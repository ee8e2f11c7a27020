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
constexpr std::array<std::string_view, 3> tile_products{"hop_flits", "tile_layers", "tile_cycles"};

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

CellShare::CellShare(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc,
                     const std::optional<Tiling>& tiling)
    : cell_(cell),
      cells_(stratum.cells()),
      depth_(stratum.depths[static_cast<std::size_t>(cell)]),
      costs_(cell_costs(space, stratum, cell, tc)) {
  if (tiling) tile_costs_ = cell_tile_costs(*tiling, space, stratum, cell, tc);
}

double CellShare::operator()(std::string_view feature) const {
  const std::size_t dot = feature.find('.');
  const int only = cell_of(feature, dot, cells_);
  const double value = quantity(feature.substr(0, dot), feature);
  return only < 0 || only == cell_ ? value : 0.0;
}

double CellShare::quantity(std::string_view name, std::string_view feature) const {
  for (const Quantity& q : quantities)
    if (q.name == name) return static_cast<double>(costs_.*q.value);
  if (!tile_costs_) unknown(feature);
  for (const TileQuantity& q : tile_quantities)
    if (q.name == name) return (*tile_costs_).*q.value;
  if (name == tile_products[0]) return tile_costs_->flits * std::sqrt(tile_costs_->tiles);
  if (name == tile_products[1]) return tile_costs_->tiles * depth_;
  if (name == tile_products[2]) return tile_costs_->tiles * tile_costs_->compute_cycles;
  unknown(feature);
}

std::vector<std::string> feature_names(const SpaceDefinition& space, const std::optional<Tiling>& tiling) {
  std::vector<std::string> names;
  for (const Quantity& q : quantities) names.emplace_back(q.name);
  if (tiling) {
    for (const TileQuantity& q : tile_quantities) names.emplace_back(q.name);
    names.insert(names.end(), tile_products.begin(), tile_products.end());
  }
  if (space.widths.size() == 1) return names;  // the only cell's share is all of it
  const std::size_t count = names.size();
  for (std::size_t cell = 0; cell < space.widths.size(); ++cell)
    for (std::size_t i = 0; i < count; ++i) names.push_back(names[i] + "." + std::to_string(cell));
  return names;
}

double cell_feature(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc,
                    std::string_view feature, const std::optional<Tiling>& tiling) {
  return CellShare(space, stratum, cell, tc, tiling)(feature);
}

std::vector<double> network_features(const Space& space, const Configuration& configuration,
                                     const std::vector<std::string>& names,
                                     const std::optional<Tiling>& tiling) {
  const Stratum& stratum = space.stratum_of(space.id(configuration));
  std::vector<double> values(names.size());
  for (std::size_t cell = 0; cell < space.cells(); ++cell) {
    const CellShare share(space.definition(), stratum, static_cast<int>(cell), configuration.skips[cell],
                          tiling);
    for (std::size_t i = 0; i < names.size(); ++i) values[i] += share(names[i]);
  }
  return values;
}

}  // namespace flash
