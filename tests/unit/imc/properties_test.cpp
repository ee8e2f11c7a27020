// What must hold for every design and network.
#include <gtest/gtest.h>

#include "flash/imc/contention.hpp"
#include "networks.hpp"

namespace flash {
namespace {

class ImcProperties : public testing::Test {
 protected:
  // Calls check(design, space, network) with random designs on networks of every kind.
  template <class Check>
  void for_all(std::uint64_t seed, Check check) {
    Philox random(seed);
    for (const auto& [space, networks] : test::all_kinds(6, seed))
      for (const Point& network : networks) {
        const ImcDesign design = test::random_design(random);
        if (contradiction(design).section.empty()) check(design, space, network);
        if (HasFailure()) FAIL() << to_json(design).dump();
      }
  }
};

TEST_F(ImcProperties, NarrowerLinksAreNeverFaster) {
  for_all(1, [](ImcDesign design, const Space& space, const Point& network) {
    const ImcReport wide = simulate(design, space, network, 1);
    design.tiling.link_bits /= 2;
    const ImcReport narrow = simulate(design, space, network, 1);
    for (std::size_t i = 0; i < wide.layers.size(); ++i)
      EXPECT_GE(narrow.layers[i].communication_cycles, wide.layers[i].communication_cycles);
    EXPECT_GE(narrow.measurement[Metric::latency], wide.measurement[Metric::latency]);
  });
}

TEST_F(ImcProperties, LargerCrossbarsNeverNeedMoreTiles) {
  for_all(2, [](ImcDesign design, const Space& space, const Point& network) {
    const ImcReport small = simulate(design, space, network, 1);
    design.tiling.crossbar_rows *= 2;
    design.tiling.crossbar_columns *= 2;
    const ImcReport large = simulate(design, space, network, 1);
    EXPECT_LE(large.tiles, small.tiles);
    EXPECT_LE(large.crossbars, small.crossbars);
  });
}

TEST_F(ImcProperties, SharingAdcsIsNeverFaster) {
  for_all(3, [](ImcDesign design, const Space& space, const Point& network) {
    const ImcReport before = simulate(design, space, network, 1);
    ++design.tiling.columns_per_adc;
    const ImcReport after = simulate(design, space, network, 1);
    EXPECT_GT(after.compute_cycles, before.compute_cycles);
    EXPECT_EQ(after.communication_cycles, before.communication_cycles);
    EXPECT_LE(after.load_cycles, before.load_cycles);
    EXPECT_LE(after.measurement[Metric::area], before.measurement[Metric::area]);
  });
}

TEST_F(ImcProperties, TwiceTheClockHalvesTheTime) {
  for_all(4, [](ImcDesign design, const Space& space, const Point& network) {
    design.time.wire_mm = 0;  // of the chip's side, whatever the clock
    const ImcReport slow = simulate(design, space, network, 1);
    design.clock_ghz = 2 / slow.period_ns;
    const ImcReport fast = simulate(design, space, network, 1);
    EXPECT_EQ(fast.compute_cycles, slow.compute_cycles);
    EXPECT_DOUBLE_EQ(2 * fast.measurement[Metric::latency], slow.measurement[Metric::latency]);
    EXPECT_LE(fast.measurement[Metric::energy], slow.measurement[Metric::energy]);
  });
}

TEST_F(ImcProperties, CopiesAreNeverSlowerAndCostNothing) {
  for_all(9, [](ImcDesign design, const Space& space, const Point& network) {
    design.duplicate = "none";
    const ImcReport once = simulate(design, space, network, 1);
    design.duplicate = "tile";
    const ImcReport often = simulate(design, space, network, 1);
    EXPECT_LE(often.compute_cycles, once.compute_cycles);
    EXPECT_LE(often.interval_ms, once.interval_ms);
    EXPECT_EQ(often.measurement[Metric::area], once.measurement[Metric::area]);
    for (std::size_t k = 0; k < often.layers.size(); ++k) {
      EXPECT_GE(often.layers[k].copies, 1);
      EXPECT_EQ(often.layers[k].load_cycles, once.layers[k].load_cycles);
    }
  });
}

TEST_F(ImcProperties, FewAndShallowChannelsHoldFlitsBack) {
  ImcDesign design;
  const auto cycles = [&](int vcs, int depth) {
    design.router_vcs = vcs;
    design.router_depth = depth;
    return cycles_a_flit(design);
  };
  EXPECT_EQ(cycles(1, 1), 8);
  EXPECT_EQ(cycles(1, 4), 3);
  EXPECT_EQ(cycles(2, 2), 2);
  EXPECT_EQ(cycles(2, 4), 1.5);
  EXPECT_EQ(cycles(8, 4), 1);
}

TEST_F(ImcProperties, MoreSkipsNeverNeedFewerTiles) {
  for_all(5, [](const ImcDesign& design, const Space& space, Point network) {
    const ImcReport few = simulate(design, space, network, 1);
    const Stratum& stratum = space.stratum(network);
    for (std::size_t cell = 0; cell < space.cells(); ++cell)
      network.options[cell] = (network.options[cell] + stratum.options[cell]) / 2;
    const ImcReport many = simulate(design, space, network, 1);
    EXPECT_GE(many.tiles, few.tiles);
    EXPECT_GE(many.measurement[Metric::area], few.measurement[Metric::area]);
    EXPECT_GE(many.compute_cycles, few.compute_cycles);  // fewer copies fit
  });
}

TEST_F(ImcProperties, LongerRouterPipelinesAndPacketHeadsCostTime) {
  for_all(6, [](ImcDesign design, const Space& space, const Point& network) {
    design.tiling.packet_flits = 1;
    const double base = simulate(design, space, network, 1).measurement[Metric::latency];
    ImcDesign longer = design;
    ++longer.router_stages;
    EXPECT_GT(simulate(longer, space, network, 1).measurement[Metric::latency], base);
    design.tiling.packet_flits = 4;
    EXPECT_GT(simulate(design, space, network, 1).measurement[Metric::latency], base);
  });
}

TEST_F(ImcProperties, GatingIdleTilesSavesEnergy) {
  for_all(7, [](ImcDesign design, const Space& space, const Point& network) {
    design.leakage.idle = 0;
    const double gated = simulate(design, space, network, 1).measurement[Metric::energy];
    design.leakage.idle = 1;
    EXPECT_GT(simulate(design, space, network, 1).measurement[Metric::energy], gated);
  });
}

TEST_F(ImcProperties, EveryPriceCountsInItsPart) {
  const Space space = test::preset_space("flash-63b");
  const Point network = test::draw_networks(space, 1, 3).front();
  for (const ImcParameter& parameter : imc_parameters()) {
    if (parameter.section != "energy" && parameter.section != "area" && parameter.section != "leakage")
      continue;
    ImcDesign dearer;
    dearer.cell = parameter.key.starts_with("sram") ? "sram" : "rram";
    dearer.adc = parameter.key.starts_with("sar") ? "sar" : "flash";
    const ImcReport base = simulate(dearer, space, network, 1);
    const double price = parameter.value(dearer).get<double>();
    parameter.store(dearer, price + std::max(0.1, 0.5 * std::abs(price)));
    const ImcReport report = simulate(dearer, space, network, 1);
    const Metric metric = parameter.section == "area" ? Metric::area : Metric::energy;
    EXPECT_GT(report.measurement[metric], base.measurement[metric]) << parameter.key;
    EXPECT_EQ(report.compute_cycles, base.compute_cycles) << parameter.key;  // loads go over the chip's side
    EXPECT_EQ(report.communication_cycles, base.communication_cycles) << parameter.key;
  }
}

// A layer's flows, and so its link loads, are worked out from places alone: all of a layer's data arrive.
TEST_F(ImcProperties, EveryChannelReachesEveryTileThatNeedsIt) {
  for_all(8, [](const ImcDesign& design, const Space& space, const Point& network) {
    const NetworkLayout layout(design.tiling, space.lower(network, 1));
    LayerFlows flows;
    for (std::size_t i = 0; i < layout.convolutions().size(); ++i) {
      const PlacedConvolution& placed = layout.convolutions()[i];
      layout.flows_into(i, flows);
      const Convolution& shape = placed.convolution;
      std::int64_t channels = 0;
      const bool diagonal = shape.depthwise;
      for (std::int64_t at = 0; at < (diagonal ? placed.mapping.column_tiles : placed.mapping.row_tiles);
           ++at) {
        const ChannelRange range = input_channels(design.tiling, shape, placed.mapping, at);
        channels += (range.last - range.first) * (diagonal ? 1 : placed.mapping.column_tiles);
      }
      EXPECT_EQ(flows.activation_bits, channels * shape.values * design.tiling.activation_bits);
      EXPECT_EQ(flows.partial_sum_bits, (placed.mapping.row_tiles - 1) * shape.out * shape.positions *
                                            design.tiling.partial_sum_bits);
      for (const Flow& flow : flows.flows) {
        EXPECT_GE(flow.from, 0);
        EXPECT_LE(flow.from, flow.to);  // data only ever flow to later tiles
        EXPECT_LT(flow.to, layout.tiles());
      }
    }
  });
}

}  // namespace
}  // namespace flash
