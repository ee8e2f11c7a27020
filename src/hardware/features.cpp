#include "flash/hardware/features.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/topology/costs.hpp"
#include "quantities.hpp"

namespace flash {
namespace {

using Column = CellShares::Column;

// Products of a cell's sums, which still depend on the stratum and its own tc alone.
struct TileProduct {
  std::string_view name;
  Column (*value)(const CellShares&, int depth, std::size_t count);
};
constexpr std::array<TileProduct, 3> tile_products{
    {{"hop_flits",
      [](const CellShares& cell, int depth, std::size_t count) -> Column {
        return cell.sum(&TileCosts::flits, depth, count) *
               std::sqrt(cell.sum(&TileCosts::tiles, depth, count));
      }},
     {"tile_layers",
      [](const CellShares& cell, int depth, std::size_t count) -> Column {
        return cell.sum(&TileCosts::tiles, depth, count) * static_cast<double>(depth);
      }},
     {"tile_cycles", [](const CellShares& cell, int depth, std::size_t count) -> Column {
        return cell.sum(&TileCosts::tiles, depth, count) * cell.sum(&TileCosts::compute_cycles, depth, count);
      }}}};

// All of them, in this order: FeatureId's quantity.
constexpr std::size_t quantity_count = cost_quantities.size() + tile_quantities.size() + tile_products.size();

constexpr std::string_view quantity_name(std::size_t index) {
  if (index < cost_quantities.size()) return cost_quantities[index].name;
  index -= cost_quantities.size();
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

// A feature's name, looked up once.
struct FeatureId {
  std::size_t quantity = 0;
  int cell = -1;  // -1: all cells
};

FeatureId find_feature(std::string_view feature, std::size_t cells, bool tiled) {
  const std::size_t dot = feature.find('.');
  const int cell = cell_of(feature, dot, cells);
  const std::string_view name = feature.substr(0, dot);
  for (std::size_t i = 0; i < (tiled ? quantity_count : cost_quantities.size()); ++i)
    if (quantity_name(i) == name) return {i, cell};
  unknown(feature);
}

// Whether the cell has a share in the feature at all.
bool concerns(FeatureId feature, const CellShares& shares) {
  return feature.cell == -1 || feature.cell == shares.cell();
}

Column column_of(FeatureId feature, const CellShares& shares, int depth, std::size_t count) {
  std::size_t index = feature.quantity;
  if (index < cost_quantities.size()) return shares.sum(cost_quantities[index].value, depth, count);
  index -= cost_quantities.size();
  if (index < tile_quantities.size()) return shares.sum(tile_quantities[index].value, depth, count);
  index -= tile_quantities.size();
  return tile_products[index].value(shares, depth, count);
}

}  // namespace

std::vector<std::string> feature_names(const SpaceDefinition& space, const std::optional<Tiling>& tiling) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < (tiling ? quantity_count : cost_quantities.size()); ++i)
    names.emplace_back(quantity_name(i));
  if (space.widths.size() == 1) return names;  // the only cell's share is all of it
  const std::size_t count = names.size();
  for (std::size_t cell = 0; cell < space.widths.size(); ++cell)
    for (std::size_t i = 0; i < count; ++i) names.push_back(names[i] + "." + std::to_string(cell));
  return names;
}

void add_cell_feature(std::span<double> values, double coefficient, std::string_view feature,
                      const CellShares& shares, int depth) {
  const FeatureId id = find_feature(feature, shares.cells(), shares.tiling().has_value());
  if (!concerns(id, shares)) return;
  const Column column = column_of(id, shares, depth, values.size());
  for (std::size_t k = 0; k < values.size(); ++k) values[k] += coefficient * column[k];
}

double cell_feature(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc,
                    std::string_view feature, const std::optional<Tiling>& tiling) {
  const CellShares shares(space, stratum, cell, tiling, {&tc, 1});
  double value = 0;
  add_cell_feature({&value, 1}, 1, feature, shares, stratum.depths[static_cast<std::size_t>(cell)]);
  return value;
}

std::vector<double> network_features(const Space& space, const Configuration& configuration,
                                     const std::vector<std::string>& names,
                                     const std::optional<Tiling>& tiling) {
  const Stratum& stratum = space.stratum_of(space.id(configuration));
  std::vector<FeatureId> ids;
  for (const std::string& name : names) ids.push_back(find_feature(name, space.cells(), tiling.has_value()));
  std::vector<double> values(names.size());
  for (std::size_t cell = 0; cell < space.cells(); ++cell) {
    const CellShares shares(space.definition(), stratum, static_cast<int>(cell), tiling,
                            {&configuration.skips[cell], 1});
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (concerns(ids[i], shares)) values[i] += column_of(ids[i], shares, stratum.depths[cell], 1)[0];
  }
  return values;
}

}  // namespace flash
