// The simulator on networks small enough to work out by hand, and what its reports must satisfy.
#include "flash/imc/simulate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "../cell_networks.hpp"
#include "flash/core/error.hpp"
#include "flash/space/families/skips.hpp"
#include "networks.hpp"

namespace flash {
namespace {

using test::point_of;

double sum(const auto& parts) { return std::accumulate(parts.begin(), parts.end(), 0.0); }

// One cell of 4 channels and 3 layers on images of 3x8x8, 10 classes.
CellSpace tiny_definition() {
  CellSpace definition;
  definition.widths = {4};
  definition.wm = {1};
  definition.depths = {3};
  definition.input = {3, 8, 10};
  return definition;
}
Space tiny_space() { return Space(tiny_definition()); }

// Tiles of one crossbar of 32 x 16 cells; 4-bit weights and activations, 1 bit a cell: 4 channels a tile side
// by side (16 / 4), 32 rows hold 3 5/9 channels of a 3x3 kernel.
ImcDesign tiny_design() {
  ImcDesign design = test::first_design();
  Tiling& tiling = design.tiling;
  tiling.crossbar_rows = 32;
  tiling.crossbar_columns = 16;
  tiling.tile_rows = tiling.tile_columns = 1;
  tiling.weight_bits = tiling.activation_bits = 4;
  tiling.partial_sum_bits = 8;
  tiling.columns_per_adc = 2;
  tiling.link_bits = 16;
  design.pipeline_cycles = 3;
  design.router_stages = 2;
  design.contention = false;
  return design;
}

// tc = 4: layer 2 reads 4 channels of layer 1 and all 4 of layer 0.
//   layer    rows          row tiles  columns         column tiles  tiles   first
//   0        3 * 9 = 27    1          4 * 4 = 16      1             1       0
//   1        4 * 9 = 36    2          16              1             2       1
//   2        8 * 9 = 72    3          16              1             3       3
//   head     4 * 16 = 64   2          10 * 4 = 40     3             6       6
// 12 tiles, mesh of 4 x 4:   0 1 2 3 / 7 6 5 4 / 8 9 10 11.
TEST(Simulate, MapsAnExampleByHand) {
  const Space space = tiny_space();
  const ImcReport report = simulate(tiny_design(), space, point_of(space, {1, {3}, {4}}), 1);
  ASSERT_EQ(report.layers.size(), 4u);
  EXPECT_EQ(report.tiles, 12);
  EXPECT_EQ(report.mesh_side, 4);
  const std::vector<std::int64_t> tiles{1, 2, 3, 6};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(report.layers[i].tiles, tiles[i]) << i;
  EXPECT_EQ(report.crossbars, 12);  // one a tile
  EXPECT_DOUBLE_EQ(report.layers[0].utilisation, 27.0 * 16 / (32 * 16));
  EXPECT_DOUBLE_EQ(report.layers[2].utilisation, 72.0 * 16 / (3 * 32 * 16));
  EXPECT_DOUBLE_EQ(report.layers[3].utilisation, 64.0 * 40 / (6 * 32 * 16));
  EXPECT_EQ(report.layers[3].index, 3);
  // 64 positions * 4 bits * 2 columns an ADC + 3; the head has one position.
  EXPECT_EQ(report.layers[0].compute_cycles, 515);
  EXPECT_EQ(report.layers[3].compute_cycles, 4 * 2 + 3);
}

// An activation channel of 64 values of 4 bits is 16 flits of 16 bits. Partial sums of 4 channels at 64
// positions, 8 bits each: 128 flits.
TEST(Simulate, SendsAnExampleByHand) {
  const Space space = tiny_space();
  const ImcReport report = simulate(tiny_design(), space, point_of(space, {1, {3}, {4}}), 1);
  const auto& layers = report.layers;
  // Layer 0: the image comes in at tile 0, where the layer lies.
  EXPECT_EQ(layers[0].communication_cycles, 0);
  // Layer 1: 32 rows reach into channel 3 (rows 27 .. 35), so tile 1 gets 4 channels, 64 flits, and tile 2
  // channel 3 alone, 16 flits; tile 1 sends 128 flits of partial sums to tile 2. Tile 2's port takes 144.
  // The longest way is 0 -> 2, 2 hops: 3 routers of 2 stages and 2 links.
  EXPECT_EQ(layers[1].traffic.flits, 64 + 16 + 128);
  EXPECT_EQ(layers[1].traffic.flit_hops, 64 * 1 + 16 * 2 + 128 * 1);
  EXPECT_EQ(layers[1].traffic.longest, 2);
  // East from tile 1 go 16 + 128 flits as well; of equal links the port comes first.
  EXPECT_EQ(layers[1].traffic.most.flits, 144);
  EXPECT_EQ(layers[1].traffic.most.direction, Direction::eject);
  EXPECT_EQ(layers[1].traffic.most.at, (Place{2, 0}));
  EXPECT_EQ(layers[1].communication_cycles, 144 + 3 * 2 + 2);
  // Layer 2 on tiles 3 (3, 0), 4 (3, 1), 5 (2, 1). Rows 0 .. 31 need channels 0 .. 3, all of layer 1, which
  // tile 2 (2, 0) holds; rows 32 .. 63 channels 3 .. 7: 3 of layer 1, 4 .. 7 of layer 0 in tile 0; rows
  // 64 .. 71 channel 7 of layer 0.
  //   2 -> 3   64 east;   2 -> 4   16 east, then south;   0 -> 4   64 east through 1, 2, then south from 3
  //   0 -> 5   16 east through 1, then south from 2;      partial sums 3 -> 4 128 south, 4 -> 5 128 west
  // South from (3, 0): 16 + 64 + 128 = 208, which is also what tile 4's port takes. Longest way: 0 -> 4, 4
  // hops.
  EXPECT_EQ(layers[2].traffic.flits, 64 + 16 + 64 + 16 + 128 + 128);
  EXPECT_EQ(layers[2].traffic.flit_hops, 64 * 1 + 16 * 2 + 64 * 4 + 16 * 3 + 128 + 128);
  EXPECT_EQ(layers[2].traffic.most.flits, 208);
  EXPECT_EQ(layers[2].communication_cycles, 208 + 5 * 2 + 4);
  // Head: 16 pooled values a channel, 4 flits. Row tile 0 needs channels 0 and 1 (rows 0 .. 31), row tile 1
  // the others: 8 flits from tile 5 to each of the 6 tiles. Partial sums of 4 classes: 32 bits, 2 flits; of
  // the last 2 classes: 1 flit. Tile 5 sends 48.
  EXPECT_EQ(layers[3].traffic.flits, 6 * 8 + 2 + 2 + 1);
  EXPECT_EQ(layers[3].traffic.most.flits, 48);
  EXPECT_EQ(layers[3].traffic.most.direction, Direction::inject);
  // 11 (3, 2) and 8 (0, 2) are 2 and 3 hops from 5 (2, 1).
  EXPECT_EQ(layers[3].communication_cycles, 48 + 4 * 2 + 3);
  EXPECT_EQ(report.communication_cycles, 152 + 222 + 59);
  EXPECT_DOUBLE_EQ(report.measurement[Metric::latency], (3 * 515 + 11 + 152 + 222 + 59) * 1e-6);  // 1 GHz
}

TEST(Simulate, PricesAnExampleByHand) {
  const Space space = tiny_space();
  ImcDesign design = tiny_design();
  design.energy.rram_cell = 1;
  design.energy.row = 10;
  design.energy.column = 100;
  design.energy.flash_bit = 1;
  design.energy.flash_level = 2;
  design.energy.shift_add = 7;
  design.energy.buffer_read = 3;
  design.energy.buffer_write = 5;
  design.energy.router_bit = 2;
  design.energy.link_bit = 4;
  design.leakage = {.tile = 2, .router = 0.5, .idle = 0.25};
  const ImcReport report = simulate(design, space, point_of(space, {1, {3}, {4}}), 1);
  const ImcLayer& layer = report.layers[1];
  const auto part = [&](EnergyPart p) { return layer.energy[static_cast<std::size_t>(p)] * 1e12; };  // fJ
  const double reads = 64 * 4;
  EXPECT_NEAR(part(EnergyPart::cells), reads * 36 * 16, 1e-3);
  EXPECT_NEAR(part(EnergyPart::rows), reads * 36 * 10, 1e-3);
  // 16 columns in each of the 2 crossbars that share the rows.
  EXPECT_NEAR(part(EnergyPart::columns), reads * 32 * 100, 1e-3);
  EXPECT_NEAR(part(EnergyPart::adc), reads * 32 * (4 * 1 + 16 * 2), 1e-2);
  EXPECT_NEAR(part(EnergyPart::shift_add), reads * 32 * 7, 1e-3);
  // 5 channels arrive (one of them twice) with 64 * 4 bits each, 4 * 64 * 8 bits of partial sums.
  const double sent = 5 * 256 + 2048;
  EXPECT_NEAR(part(EnergyPart::buffers), (reads * 36 + sent) * 3 + (sent + reads * 4) * 5, 1e-2);
  EXPECT_NEAR(part(EnergyPart::routers), (208.0 + 224) * 16 * 2, 1e-3);
  EXPECT_NEAR(part(EnergyPart::links), 224.0 * 16 * 4, 1e-3);
  // 2 tiles work, 10 leak a quarter: (2 + 2.5) * 2 mW + 12 * 0.5 mW over 515 + 152 ns.
  EXPECT_NEAR(part(EnergyPart::leakage), 15 * 667 * 1e3, 1);

  design.area.rram_cell = 1;
  design.area.rram_writer = 23;
  design.area.row_driver = 2;
  design.area.column = 3;
  design.area.flash_bit = 5;
  design.area.flash_level = 7;
  design.area.shift_add = 11;
  design.area.accumulator = 29;
  design.area.buffer_bit = 0.5;
  design.area.tile_control = 13;
  design.area.router_bit = 17;
  design.area.link_bit = 19;
  design.buffer_kib = 1;
  const Area area = simulate(design, space, point_of(space, {1, {3}, {4}}), 1).area;
  const auto um2 = [&](AreaPart p) { return area[static_cast<std::size_t>(p)] * 1e6; };
  EXPECT_NEAR(um2(AreaPart::cells), 12 * 512, 1e-6);
  EXPECT_NEAR(um2(AreaPart::writers), 12 * 23, 1e-6);
  EXPECT_NEAR(um2(AreaPart::row_drivers), 12 * 32 * 2, 1e-6);
  EXPECT_NEAR(um2(AreaPart::columns), 12 * 16 * 3, 1e-6);
  EXPECT_NEAR(um2(AreaPart::adc), 12 * 8 * (4 * 5 + 16 * 7), 1e-6);
  EXPECT_NEAR(um2(AreaPart::shift_add), 12 * 8 * 11 + 12 * 29, 1e-6);
  EXPECT_NEAR(um2(AreaPart::buffers), 12 * 8192 * 0.5, 1e-6);
  EXPECT_NEAR(um2(AreaPart::control), 12 * 13, 1e-6);
  EXPECT_NEAR(um2(AreaPart::routers), 12 * 16 * 17, 1e-6);
  // 3 rows of 3 pairs, 2 * 4 pairs between rows.
  EXPECT_NEAR(um2(AreaPart::links), 2 * 17 * 16 * 19, 1e-6);
}

// Depthwise 3x3 on 4 channels: 32 rows hold 3 channels along the diagonal, 16 columns 4: 3 a crossbar, so 2
// tiles; the 1x1 before has 4 * 1 rows, one tile.
TEST(Simulate, MapsADepthwiseBlockAsThreeConvolutions) {
  CellSpace definition = tiny_definition();
  definition.block = Block::depthwise;
  const Space space(definition);
  const ImcReport report = simulate(tiny_design(), space, point_of(space, {1, {3}, {0}}), 1);
  ASSERT_EQ(report.layers.size(), 1u + 2 * 3 + 1);
  const ImcLayer& depthwise = report.layers[2];
  EXPECT_EQ(depthwise.index, 1);
  EXPECT_EQ(depthwise.part, 1);
  EXPECT_EQ(depthwise.tiles, 2);
  EXPECT_EQ(report.layers[1].tiles, 1);
  EXPECT_EQ(report.layers[3].tiles, 1);
  EXPECT_DOUBLE_EQ(depthwise.utilisation, 4.0 * 9 * 4 / (2 * 32 * 16));
  // 3 channels to the first tile, the fourth to the second; 16 flits each, no partial sums.
  EXPECT_EQ(depthwise.traffic.flits, 64);
  EXPECT_EQ(depthwise.traffic.most.flits, 64);  // the sender's port
}

// The same layer on the mended chip: what its two tiles do there besides.
TEST(Simulate, PricesWhatNeuroSimHasByHand) {
  const Space space = tiny_space();
  ImcDesign design = tiny_design();
  design.activity = 0.25;
  design.gated = false;
  design.accumulation_cycles = 2;
  design.clock_ghz = 0.5;
  design.wire_bits = 4;
  design.time.wire_mm = 3;
  design.energy.rram_cell = 2;
  design.energy.word_line = 64;  // of 256 columns: 4 of the 16 here
  design.energy.row = 10;
  design.energy.row_turn = 4;
  design.energy.shift_add = 7;
  design.energy.wire_mm = 9;
  const ImcReport report = simulate(design, space, point_of(space, {1, {3}, {4}}), 1);
  const ImcLayer& layer = report.layers[1];
  const auto part = [&](EnergyPart p) { return layer.energy[static_cast<std::size_t>(p)] * 1e12; };  // fJ
  const double reads = 64 * 4, side = std::sqrt(report.measurement[Metric::area]);
  EXPECT_NEAR(part(EnergyPart::cells), reads * 0.25 * (36 * 16 * 2 + 36 * 4), 1e-3);
  EXPECT_NEAR(part(EnergyPart::rows), reads * 2 * 32 * (10 + 4 * 2 * 0.25), 1e-3);  // of two whole crossbars
  EXPECT_NEAR(part(EnergyPart::shift_add), reads * 2 * 16 * 7, 1e-3);
  const double moved = 64 * 4 * (36 + 4);
  EXPECT_NEAR(part(EnergyPart::wires), moved * side * 9, 1e-3);
  EXPECT_EQ(layer.compute_cycles, 64 * 4 * 2 * (1 + 2) + 3);
  EXPECT_EQ(layer.load_cycles, std::llround(std::ceil(64 * 4 * (32 + 4) / 4.0 * 3 * side / 2)));
  EXPECT_EQ(report.period_ns, 2);
}

// 27 rows and 16 columns are one crossbar of a tile of 2 x 3: 6 copies; 36 rows are two, one below the other: 3; 40
// columns are three, side by side, of 64 rows.
TEST(Simulate, CopiesWeightsIntoWhatATileHasLeft) {
  const Space space = tiny_space();
  ImcDesign design = tiny_design();
  design.tiling.tile_rows = 2;
  design.tiling.tile_columns = 3;
  const auto once = simulate(design, space, point_of(space, {1, {3}, {4}}), 1);
  design.duplicate = "tile";
  const auto often = simulate(design, space, point_of(space, {1, {3}, {4}}), 1);
  const std::vector<std::int64_t> copies{6, 3, 3, 1};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(once.layers[i].copies, 1);
    EXPECT_EQ(often.layers[i].copies, copies[i]) << i;
    EXPECT_EQ(often.layers[i].energy[0], once.layers[i].energy[0]);
  }
  EXPECT_EQ(often.layers[0].compute_cycles, 11 * 4 * 2 + 3);  // 64 positions by 6
  EXPECT_EQ(often.tiles, once.tiles);
}

// Which layers' tiles skips come from is what the seed draws.
TEST(NetworkLayout, TakesSkipsFromTheTilesThatHoldThem) {
  const Space space = test::preset_space("shapes-mini");
  for (const Point& network : test::draw_networks(space, 20, 4)) {
    const Tiling tiling;  // each layer here has one column tile
    const NetworkLayout layout(tiling, space.lower(network, 99));
    const test::CellNetwork named = test::network_of(space, network);
    LayerFlows flows;
    for (std::size_t i = 0; i < layout.convolutions().size(); ++i) {
      const PlacedConvolution& reader = layout.convolutions()[i];
      if (reader.index == named.depths[reader.cell]) continue;  // the head
      const int width = static_cast<int>(reader.convolution.out);
      const int tc = named.skips[reader.cell];
      std::map<int, std::int64_t> channels;  // from a tile
      for (const int channel : skip_sources(99, static_cast<int>(reader.cell), reader.index, width, tc)) {
        const auto source = i - static_cast<std::size_t>(reader.index - channel / width);
        channels[layout.convolutions()[source].tile(layout.convolutions()[source].mapping.row_tiles - 1,
                                                    0)]++;
      }
      layout.flows_into(i, flows);
      std::map<int, std::int64_t> flits;
      for (const Flow& flow : flows.flows) flits[flow.from] += flow.flits;
      for (const auto& [tile, count] : channels) {
        const std::int64_t bits = count * reader.convolution.values * tiling.activation_bits;
        if (reader.mapping.tiles == 1) {
          EXPECT_EQ(flits[tile], tiling.flits(bits));
        } else {
          EXPECT_GE(flits[tile], tiling.flits(bits));
        }
      }
    }
  }
}

TEST(Simulate, GivesTotalsThatAreSumsOfTheirParts) {
  for (const auto& [space, networks] : test::all_kinds(10, 50)) {
    for (const Point& network : networks) {
      const ImcDesign design;
      const ImcReport report = simulate(design, space, network, 3);
      std::int64_t tiles = 0, crossbars = 0, compute = 0, load = 0, communication = 0, longest = 0;
      Energy energy{};
      for (const ImcLayer& layer : report.layers) {
        tiles += layer.tiles;
        crossbars += layer.crossbars;
        compute += layer.compute_cycles;
        load += layer.load_cycles;
        communication += layer.communication_cycles;
        longest = std::max(longest, layer.cycles());
        EXPECT_GT(layer.utilisation, 0);
        EXPECT_LE(layer.utilisation, 1);
        for (std::size_t part = 0; part < energy_parts; ++part) {
          EXPECT_GE(layer.energy[part], 0);
          energy[part] += layer.energy[part];
        }
      }
      EXPECT_EQ(report.tiles, tiles);
      EXPECT_EQ(report.crossbars, crossbars);
      EXPECT_EQ(report.compute_cycles, compute);
      EXPECT_EQ(report.load_cycles, load);
      EXPECT_EQ(report.communication_cycles, communication);
      EXPECT_EQ(report.energy, energy);
      EXPECT_DOUBLE_EQ(report.measurement[Metric::energy], sum(energy));
      EXPECT_DOUBLE_EQ(report.measurement[Metric::area], sum(report.area));
      EXPECT_DOUBLE_EQ(report.measurement[Metric::latency],
                       static_cast<double>(compute + load + communication) * report.period_ns * 1e-6);
      EXPECT_DOUBLE_EQ(report.interval_ms, static_cast<double>(longest) * report.period_ns * 1e-6);
      EXPECT_EQ(report.layers[report.bottleneck].cycles(), longest);
      for (const double part : report.area) EXPECT_GT(part, 0);
      const std::int64_t side = report.mesh_side;
      EXPECT_GE(side * side, tiles);
      EXPECT_LT((side - 1) * (side - 1), tiles);
    }
  }
}

TEST(Simulate, IsAFunctionOfItsArguments) {
  const Space space = test::preset_space("flash-63b");
  for (const Point& network : test::draw_networks(space, 5, 8)) {
    EXPECT_EQ(to_json(simulate({}, space, network, 7)), to_json(simulate({}, space, network, 7)));
  }
  // With skips from some of the channels.
  const Point half = point_of(space, {2, {12, 12, 12}, {160, 320, 640}});
  EXPECT_NE(to_json(simulate({}, space, half, 7)), to_json(simulate({}, space, half, 8)));
}

TEST(Simulate, ReportsAsJson) {
  const Space space = tiny_space();
  const ImcReport report = simulate(tiny_design(), space, point_of(space, {1, {3}, {4}}), 1);
  const Json json = to_json(report);
  EXPECT_EQ(json["latency_ms"], report.measurement[Metric::latency]);
  EXPECT_EQ(json["layers"][1]["most_loaded_link"]["direction"], "eject");
  EXPECT_EQ(json["layers"][1]["energy_mj"].size(), energy_parts);
  EXPECT_EQ(json["area_by_part_mm2"].size(), area_parts);
}

TEST(Simulate, RefusesWhatDoesNotFit) {
  const auto refusal = [](const ImcDesign& design, const Space& space, const Point& network) {
    try {
      simulate(design, space, network, 1);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_job);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const Space space = tiny_space();
  ImcDesign design = tiny_design();
  design.mesh_side = 4;
  EXPECT_EQ(refusal(design, space, point_of(space, {1, {3}, {4}})), "accepted");
  EXPECT_EQ(simulate(design, space, point_of(space, {1, {3}, {4}}), 1).mesh_side, 4);
  design.mesh_side = 3;
  EXPECT_THAT(refusal(design, space, point_of(space, {1, {3}, {4}})),
              testing::HasSubstr("noc.mesh_side = 3 holds 9"));

  CellSpace definition = tiny_definition();
  definition.widths = {65'536};
  definition.depths = {100};
  const Space large(definition);
  EXPECT_THAT(refusal(tiny_design(), large, point_of(large, {1, {100}, {65'536}})),
              testing::HasSubstr("needs more than 1048576 tiles"));
}

}  // namespace
}  // namespace flash
