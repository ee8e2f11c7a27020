// The shares of a cell, whose layers are worked out once, against plain sums over all layers of every
// network.
#include "flash/hardware/cell_shares.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/hardware/hardware_model.hpp"

namespace flash {
namespace {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed, 78) {}
  int between(int low, int high) {
    return low + static_cast<int>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool coin() { return random_.below(2) == 1; }
  double coefficient() { return random_.uniform(); }

  Space space() {
    for (;;) {
      try {
        return Space(definition());
      } catch (const Error&) {  // an unreachable skip minimum: draw again
      }
    }
  }

  std::optional<Tiling> tiling() {
    if (between(0, 3) == 0) return {};
    return Tiling{.crossbar_rows = between(1, 40),
                  .crossbar_columns = between(1, 40),
                  .tile_rows = between(1, 3),
                  .tile_columns = between(1, 3),
                  .cell_bits = between(1, 8),
                  .link_bits = between(1, 64),
                  .packet_flits = between(1, 5)};
  }

 private:
  SpaceDefinition definition() {
    SpaceDefinition definition;
    const bool mlp = between(0, 3) == 0;
    definition.family = mlp ? Family::mlp_cells : Family::dense_cells;
    definition.block = coin() ? Block::depthwise : Block::regular;
    definition.widths.clear();
    for (int cells = mlp ? 1 : between(1, 3); cells > 0; --cells) definition.widths.push_back(between(1, 9));
    definition.wm = coin() ? std::vector<int>{1, 3} : std::vector<int>{2};
    definition.depths = coin() ? std::vector<int>{3, 4, 9} : std::vector<int>{between(3, 12)};
    definition.depth_mode = coin() ? DepthMode::separate : DepthMode::equal;
    definition.skips = {between(0, 3), coin() ? -1 : between(3, 30), between(1, 4)};
    definition.input = {3, 32, 10};
    return definition;
  }

  Philox random_;
};

// What a cell costs by every feature's name, without that of a cell.
std::map<std::string, double> plain_features(const SpaceDefinition& space, const Stratum& stratum, int cell,
                                             int tc, const std::optional<Tiling>& tiling) {
  const Costs costs = cell_costs(space, stratum, cell, tc);
  std::map<std::string, double> features{{"macs", static_cast<double>(costs.macs)},
                                         {"parameters", static_cast<double>(costs.parameters)},
                                         {"traffic", static_cast<double>(costs.traffic)},
                                         {"layers", static_cast<double>(costs.layers)}};
  if (!tiling) return features;
  const TileCosts tiles = cell_tile_costs(*tiling, space, stratum, cell, tc);
  features.insert({{"tiles", tiles.tiles},
                   {"crossbar_reads", tiles.crossbar_reads},
                   {"read_cells", tiles.read_cells},
                   {"driven_rows", tiles.driven_rows},
                   {"conversions", tiles.conversions},
                   {"buffer_bits", tiles.buffer_bits},
                   {"compute_cycles", tiles.compute_cycles},
                   {"flits", tiles.flits},
                   {"partial_flits", tiles.partial_flits},
                   {"port_flits", tiles.port_flits},
                   {"spread_flits", tiles.spread_flits},
                   {"hop_flits", tiles.flits * std::sqrt(tiles.tiles)},
                   {"tile_layers", tiles.tiles * stratum.depths[static_cast<std::size_t>(cell)]},
                   {"tile_cycles", tiles.tiles * tiles.compute_cycles}});
  return features;
}

// To the bit, as the model adds them up.
double plain_value(const MetricModel& model, const SpaceDefinition& space, const Stratum& stratum, int cell,
                   int tc) {
  const std::map<std::string, double> features = plain_features(space, stratum, cell, tc, model.tiling);
  double value = 0;
  for (const MetricModel::Term& term : model.terms) {
    const std::size_t dot = term.feature.find('.');
    if (dot == std::string::npos || term.feature.substr(dot + 1) == std::to_string(cell))
      value += term.coefficient * features.at(term.feature.substr(0, dot));
  }
  return value;
}

void expect_plain_values(const std::vector<double>& values, const MetricModel& model, const Space& space,
                         const Stratum& stratum, int cell) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    const int tc = stratum.skip(static_cast<std::int64_t>(k));
    ASSERT_EQ(values[k], plain_value(model, space.definition(), stratum, cell, tc))
        << "cell " << cell << ", wm " << stratum.wm << ", tc " << tc;
  }
}

// All strata of one width multiplier by the shares of the deepest, as a search's tables are made.
TEST(CellShares, EqualPlainSumsOverLayers) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    const Space space = draw.space();
    MetricModel model;
    model.tiling = draw.tiling();
    for (const std::string& name : feature_names(space.definition(), model.tiling))
      model.terms.push_back({name, draw.coefficient()});
    for (const Stratum& stratum : space.strata()) {
      const auto deepest =
          std::ranges::find(space.strata().rbegin(), space.strata().rend(), stratum.wm, &Stratum::wm);
      for (int cell = 0; cell < static_cast<int>(space.cells()); ++cell) {
        const auto c = static_cast<std::size_t>(cell);
        std::vector<int> tcs;
        for (std::int64_t k = 0; k < deepest->options[c]; ++k) tcs.push_back(deepest->skip(k));
        const CellShares shares(space.definition(), *deepest, cell, model.tiling, tcs);
        const auto count = static_cast<std::size_t>(stratum.options[c]);
        expect_plain_values(model.cell_values(shares, stratum.depths[c], count), model, space, stratum, cell);
      }
    }
  }
}

}  // namespace
}  // namespace flash
