// The mesh flit by flit: cases that can be worked out, and what holds of any traffic; multicast; trees of sums.
#include "flash/imc/flit_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "flash/imc/chip_map.hpp"
#include "flash/imc/contention.hpp"
#include "networks.hpp"

namespace flash {
namespace {

std::vector<Flow> random_flows(Philox& random, int tiles, int count) {
  std::vector<Flow> flows;
  const auto tile = [&] { return static_cast<int>(random.below(static_cast<std::uint64_t>(tiles))); };
  for (int k = 0; k < count; ++k)
    flows.push_back({tile(), tile(), static_cast<std::int64_t>(random.below(40))});
  return flows;
}

TEST(FlitNetwork, FewChannelsHoldFlitsBackAsTheFormulaSays) {
  const Mesh mesh(2);
  const std::vector<Flow> flow{{0, 1, 4000}};
  for (const int vcs : {1, 2, 3, 4, 8})
    for (const int depth : {1, 2, 4})
      for (const int stages : {3, 4, 6}) {
        ImcDesign design;
        design.router_vcs = vcs;
        design.router_depth = depth;
        design.router_stages = stages;
        const double cycles = static_cast<double>(exact_communication_cycles(design, mesh, flow)) / 4000;
        if (stages == 4) {  // that BookSim was asked about
          EXPECT_NEAR(cycles, cycles_a_flit(design), 0.02) << vcs << " x " << depth;
        }
        EXPECT_GE(cycles, 1);
      }
}

TEST(FlitNetwork, AFlitAloneTakesItsPipelines) {
  const Mesh mesh(25);
  for (const int stages : {1, 2, 3, 4, 9})
    for (const int to : {1, 7, 24}) {
      const int hops = mesh.hops(0, to);
      EXPECT_EQ(drain_flits(mesh, std::vector<Flow>{{0, to, 1}}, {.stages = stages}).cycles,
                (hops + 1) * stages + hops + 2)
          << stages << " stages, " << hops << " hops";
    }
}

TEST(FlitNetwork, EveryFlitArrivesAndNoLinkIsFasterThanAFlitACycle) {
  Philox random(11);
  for (int round = 0; round < 60; ++round) {
    const int tiles = 2 + static_cast<int>(random.below(40));
    const Mesh mesh(tiles);
    const auto flows = random_flows(random, tiles, static_cast<int>(random.below(100)));
    const Traffic traffic = LinkCounter(mesh).count(flows);
    RouterSettings settings;
    settings.vcs = 1 + static_cast<int>(random.below(4));
    settings.depth = 1 + static_cast<int>(random.below(4));
    settings.packet_flits = 1 + static_cast<int>(random.below(3));
    const FlitDrain drain = drain_flits(mesh, flows, settings);
    EXPECT_EQ(drain.flit_hops, traffic.flit_hops);
    EXPECT_GE(drain.cycles, traffic.most.flits);
    EXPECT_EQ(drain_flits(mesh, flows, settings).cycles, drain.cycles);
  }
}

TEST(FlitNetwork, NothingToSendTakesNoTime) {
  EXPECT_EQ(drain_flits(Mesh(4), {}, {}).cycles, 0);
  EXPECT_EQ(drain_flits(Mesh(4), std::vector<Flow>{{1, 1, 5}, {0, 1, 0}}, {}).cycles, 0);
}

// The union of the routes, link by link.
TEST(Multicast, CarriesAValueOnceOverSharedLinks) {
  Philox random(13);
  for (int round = 0; round < 40; ++round) {
    const int tiles = 4 + static_cast<int>(random.below(40));
    const Mesh mesh(tiles);
    std::vector<Flow> flows;
    std::set<std::array<int, 3>> links;  // of the one value: router, way
    const int from = static_cast<int>(random.below(static_cast<std::uint64_t>(tiles)));
    for (int to = 0; to < tiles; ++to) {
      if (to == from || random.below(3) != 0) continue;
      flows.push_back({from, to, 7, 0});
      Place at = mesh.place(from);
      const Place end = mesh.place(to);
      while (!(at == end)) {
        const Place next = at.x != end.x ? Place{at.x + (at.x < end.x ? 1 : -1), at.y}
                                         : Place{at.x, at.y + (at.y < end.y ? 1 : -1)};
        links.insert({at.y * mesh.side() + at.x, next.x - at.x, next.y - at.y});
        at = next;
      }
    }
    const Traffic traffic = LinkCounter(mesh, true).count(flows);
    EXPECT_EQ(traffic.flit_hops, 7 * std::ssize(links));
    EXPECT_EQ(traffic.flits, flows.empty() ? 0 : 7);
    RouterSettings settings;
    settings.multicast = true;
    EXPECT_EQ(drain_flits(mesh, flows, settings).flit_hops, traffic.flit_hops);
  }
}

TEST(Multicast, NeverSendsMoreThanCopiesDo) {
  const Space space = test::preset_space("cifar-small");
  for (const Point& point : test::draw_networks(space, 5, 3)) {
    ImcDesign design;
    design.tiling.crossbar_rows = design.tiling.crossbar_columns = 64;
    design.tiling.tile_rows = design.tiling.tile_columns = 1;
    const ImcReport copies = simulate(design, space, point, 1);
    design.multicast = true;
    const ImcReport once = simulate(design, space, point, 1);
    ASSERT_EQ(copies.layers.size(), once.layers.size());
    for (std::size_t i = 0; i < once.layers.size(); ++i) {
      EXPECT_LE(once.layers[i].traffic.flit_hops, copies.layers[i].traffic.flit_hops);
      EXPECT_LE(once.layers[i].traffic.most.flits, copies.layers[i].traffic.most.flits);
    }
  }
}

TEST(PartialSums, OfATreeAreAsManyAndMeetInTheLastRowTile) {
  const Space space = test::preset_space("cifar-small");
  Tiling tiling;
  tiling.crossbar_rows = tiling.crossbar_columns = 64;
  tiling.tile_rows = tiling.tile_columns = 1;
  const NetworkGraph graph = space.lower(test::draw_networks(space, 1, 5).front(), 1);
  const NetworkLayout chain(tiling, graph), tree(tiling, graph, {}, NetworkLayout::PartialSums::tree);
  LayerFlows a, b;
  for (std::size_t i = 0; i < chain.convolutions().size(); ++i) {
    chain.flows_into(i, a);
    tree.flows_into(i, b);
    EXPECT_EQ(a.partial_sum_bits, b.partial_sum_bits);
    ASSERT_EQ(a.flows.size(), b.flows.size());
    // From every row tile the sums reach the last one.
    const PlacedConvolution& placed = tree.convolutions()[i];
    std::vector<int> next(static_cast<std::size_t>(tree.tiles()), -1);
    const std::size_t sums =
        static_cast<std::size_t>((placed.mapping.row_tiles - 1) * placed.mapping.column_tiles);
    for (std::size_t k = b.flows.size() - sums; k < b.flows.size(); ++k)
      next[static_cast<std::size_t>(b.flows[k].from)] = b.flows[k].to;
    for (std::int64_t row = 0; row < placed.mapping.row_tiles; ++row) {
      int at = placed.tile(row, 0);
      while (next[static_cast<std::size_t>(at)] >= 0) at = next[static_cast<std::size_t>(at)];
      EXPECT_EQ(at, placed.tile(placed.mapping.row_tiles - 1, 0));
    }
  }
}

TEST(ChipMap, HasEveryTileAtAPlaceOfItsOwnAndAnnealingIsNeverWorse) {
  const Space space = test::preset_space("cifar-small");
  const NetworkGraph graph = space.lower(test::draw_networks(space, 1, 9).front(), 1);
  ImcDesign design;
  design.tiling.crossbar_rows = design.tiling.crossbar_columns = 64;
  const ImcReport in_order = simulate(design, graph);
  const ImcReport annealed = simulate(design, graph, {}, {.placer = Placer::anneal});
  EXPECT_LE(annealed.placement.after, annealed.placement.before);
  EXPECT_EQ(in_order.tiles, annealed.tiles);
  for (const ImcReport* report : {&in_order, &annealed}) {
    const Json map = chip_map(design, graph, *report);
    std::set<std::pair<int, int>> places;
    for (const Json& tile : map["tiles"]) places.insert({tile["x"].get<int>(), tile["y"].get<int>()});
    EXPECT_EQ(std::ssize(places), report->tiles);
    std::int64_t hops = 0, reported = 0;
    for (const Json& link : map["links"])
      if (link["direction"] != "inject" && link["direction"] != "eject") hops += link["flits"].get<int>();
    for (const ImcLayer& layer : report->layers) reported += layer.traffic.flit_hops;
    EXPECT_EQ(hops, reported);
  }
}

}  // namespace
}  // namespace flash
