// The shares of slots at all their options, whose layers are worked out once, against plain sums over the
// operators of each.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "../cell_networks.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/space/families/families.hpp"

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
  CellSpace definition() {
    CellSpace definition;
    const bool mlp = between(0, 3) == 0;
    definition.family = mlp ? "mlp-cells" : "dense-cells";
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

TileCosts tile_costs_of(const Tiling& tiling, const std::vector<Operator>& operators) {
  TileCosts tiles;
  for (const Operator& op : operators)
    if (const auto convolution = convolution_of(op)) tiles += tile_costs(tiling, *convolution);
  return tiles;
}

// Of a stratum's cells, on average over their options.
struct MeanCosts {
  TileCosts slot, network;
};
TileCosts divided(TileCosts costs, double by) {
  for (double TileCosts::*member : {&TileCosts::tiles, &TileCosts::bus_bits, &TileCosts::load_bits,
                                    &TileCosts::copied_cycles, &TileCosts::held_loads})
    costs.*member /= by;
  return costs;
}
std::vector<MeanCosts> mean_costs(const Space& space, const Stratum& stratum, const Tiling& tiling) {
  std::vector<MeanCosts> means(stratum.slots.size());
  TileCosts network;
  for (std::size_t slot = 0; slot < means.size(); ++slot) {
    for (std::int64_t k = 0; k < stratum.options[slot]; ++k)
      means[slot].slot += tile_costs_of(tiling, space.geometry().part(stratum.shape, slot, -1, k));
    means[slot].slot = divided(means[slot].slot, static_cast<double>(stratum.options[slot]));
    network += means[slot].slot;
  }
  for (MeanCosts& each : means) each.network = network;
  return means;
}

// What a cell costs by every feature's name, without that of a cell.
std::map<std::string, double> plain_features(const std::vector<Operator>& operators, int depth,
                                             const std::optional<Tiling>& tiling, const MeanCosts& means) {
  const Counts costs = counts(operators);
  std::map<std::string, double> features{{"macs", static_cast<double>(costs.macs)},
                                         {"parameters", static_cast<double>(costs.parameters)},
                                         {"traffic", static_cast<double>(costs.traffic)},
                                         {"layers", static_cast<double>(costs.layers)}};
  if (!tiling) {
    for (const Operator& op : operators) {
      if (op.kind == Operator::Kind::gather && op.joins) ++features["joins"];
      if (!op.has_matrix()) continue;
      const int read =
          op.kind == Operator::Kind::linear ? op.in * op.side_in * op.side_in : op.in / op.groups;
      const double by_sixteen = read <= 4 ? read : 16 * std::ceil(read / 16.0);
      features["vector_macs"] +=
          by_sixteen * 16 * std::ceil(op.out / 16.0) * op.kernel * op.kernel * op.side_out * op.side_out;
    }
    features.insert({{"joins", 0.0}, {"vector_macs", 0.0}});
    return features;
  }
  const TileCosts tiles = tile_costs_of(*tiling, operators);
  const double step = tiles.tiles * means.network.tiles / means.slot.tiles,
               side = std::sqrt(means.network.tiles);
  const auto about_mean = [&](double TileCosts::*x) {
    return tiles.*x * side +
           (tiles.tiles - means.slot.tiles) * (tiles.*x + means.network.*x - means.slot.*x) / (2 * side);
  };
  features.insert({{"copied_cycles", tiles.copied_cycles},
                   {"held_cycles", tiles.held_cycles},
                   {"held_loads", tiles.held_loads},
                   {"bus_bits", tiles.bus_bits},
                   {"load_bits", tiles.load_bits},
                   {"bus_side", about_mean(&TileCosts::bus_bits)},
                   {"load_side", about_mean(&TileCosts::load_bits)},
                   {"bus_in_step", tiles.bus_bits * std::sqrt(step)},
                   {"load_in_step", tiles.load_bits * std::sqrt(step)},
                   {"cycles_in_step", tiles.copied_cycles * step},
                   {"chip_in_step", tiles.load_bits * std::pow(step, 1.5)},
                   {"held_in_step", tiles.held_loads * std::sqrt(step)},
                   {"tiles", tiles.tiles},
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
                   {"tile_layers", tiles.tiles * depth},
                   {"tile_cycles", tiles.tiles * tiles.compute_cycles}});
  return features;
}

double plain_value(const MetricModel& model, const std::map<std::string, double>& features,
                   std::size_t slot) {
  double value = 0;
  for (const MetricModel::Term& term : model.terms) {
    const std::size_t dot = term.feature.find('.');
    if (dot == std::string::npos || term.feature.substr(dot + 1) == std::to_string(slot))
      value += term.coefficient * features.at(term.feature.substr(0, dot));
  }
  return value;
}

// All strata with one FeatureColumns, as a search's tables are made.
TEST(FeatureColumns, EqualPlainSumsOverOperators) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    const Space space = draw.space();
    MetricModel model;
    model.tiling = draw.tiling();
    for (const std::string& name : feature_names(space, model.tiling))
      model.terms.push_back({name, draw.coefficient()});
    FeatureColumns columns(space, model.tiling);
    for (const Stratum& stratum : space.strata()) {
      const std::vector<int> depths = test::depths_of(space, stratum);
      const std::vector<MeanCosts> means = model.tiling ? mean_costs(space, stratum, *model.tiling)
                                                        : std::vector<MeanCosts>(stratum.slots.size());
      for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot) {
        const std::vector<double> values = model.slot_values(columns, stratum, slot);
        ASSERT_EQ(std::ssize(values), stratum.options[slot]);
        for (std::size_t k = 0; k < values.size(); ++k) {
          const std::vector<Operator> operators =
              space.geometry().part(stratum.shape, slot, -1, static_cast<std::int64_t>(k));
          const double plain =
              plain_value(model, plain_features(operators, depths[slot], model.tiling, means[slot]), slot);
          ASSERT_NEAR(values[k], plain, 1e-12 * std::abs(plain))
              << "cell " << slot << ", stratum " << stratum.index << ", option " << k;
        }
      }
    }
  }
}

// The closed forms against sums option by option, in the smallest, the largest and some other strata.
TEST(TileQuantities, HaveTheColumnsOfTheDefault) {
  const Tiling odd{.crossbar_rows = 100, .crossbar_columns = 48, .link_bits = 48, .packet_flits = 5};
  Philox random(8);
  for (const Preset* preset : presets()) {
    const Space space(preset->definition);
    const Geometry& geometry = space.geometry();
    const std::size_t count = space.strata().size();
    for (const Tiling& tiling : {Tiling{}, odd}) {
      const TileQuantities quantities(tiling);
      const auto columns = geometry.columns(quantities);
      const auto plain = geometry.Geometry::columns(quantities);
      for (const std::size_t index : {std::size_t{0}, random.below(count), random.below(count), count - 1}) {
        const Stratum& stratum = space.strata()[index];
        for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot)
          for (std::size_t q = 0; q < quantities.names().size(); ++q) {
            const SlotColumns::Column own = columns->column(stratum.shape, slot, q);
            const SlotColumns::Column expected = plain->column(stratum.shape, slot, q);
            ASSERT_EQ(own.size(), expected.size());
            for (std::size_t k = 0; k < own.size(); ++k)
              ASSERT_EQ(own[k], expected[k]) << preset->name << ": " << quantities.names()[q] << " of slot "
                                             << slot << ", option " << k << ", stratum " << index;
          }
      }
    }
  }
}

}  // namespace
}  // namespace flash
