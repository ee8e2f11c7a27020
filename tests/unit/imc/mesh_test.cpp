// The mesh: places, and the loads of links against a plain walk over every hop.
#include "flash/imc/mesh.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "flash/core/random.hpp"

namespace flash {
namespace {

using Link = std::tuple<int, int, Direction>;
using Loads = std::map<Link, std::int64_t>;

// The reference: every flow walks along its row, then along its column, one router after the other.
Loads walked(const Mesh& mesh, const std::vector<Flow>& flows) {
  Loads loads;
  for (const Flow& flow : flows) {
    if (flow.from == flow.to || flow.flits == 0) continue;
    Place at = mesh.place(flow.from);
    const Place to = mesh.place(flow.to);
    loads[{at.x, at.y, Direction::inject}] += flow.flits;
    while (at.x != to.x) {
      const bool east = at.x < to.x;
      loads[{at.x, at.y, east ? Direction::east : Direction::west}] += flow.flits;
      at.x += east ? 1 : -1;
    }
    while (at.y != to.y) {
      const bool south = at.y < to.y;
      loads[{at.x, at.y, south ? Direction::south : Direction::north}] += flow.flits;
      at.y += south ? 1 : -1;
    }
    loads[{at.x, at.y, Direction::eject}] += flow.flits;
  }
  return loads;
}

Loads counted(LinkCounter& counter, const std::vector<Flow>& flows) {
  Loads loads;
  for (const LinkLoad& load : counter.loads(flows)) {
    EXPECT_TRUE(loads.emplace(Link{load.at.x, load.at.y, load.direction}, load.flits).second) << "twice";
  }
  return loads;
}

void expect_equal(const Mesh& mesh, LinkCounter& counter, const std::vector<Flow>& flows) {
  const Loads reference = walked(mesh, flows);
  EXPECT_EQ(counted(counter, flows), reference);
  const Traffic traffic = counter.count(flows);
  std::int64_t most = 0, flits = 0, flit_hops = 0;
  int longest = 0;
  for (const auto& [link, load] : reference) {
    most = std::max(most, load);
    const Direction direction = std::get<2>(link);
    if (direction == Direction::inject) flits += load;
    if (direction != Direction::inject && direction != Direction::eject) flit_hops += load;
  }
  for (const Flow& flow : flows)
    if (flow.flits > 0) longest = std::max(longest, mesh.hops(flow.from, flow.to));
  EXPECT_EQ(traffic.most.flits, most);
  if (most > 0) {
    EXPECT_EQ(reference.at({traffic.most.at.x, traffic.most.at.y, traffic.most.direction}), most);
  }
  EXPECT_EQ(traffic.flits, flits);
  EXPECT_EQ(traffic.flit_hops, flit_hops);
  EXPECT_EQ(traffic.longest, longest);
}

TEST(Mesh, IsTheLeastSquareInSnakeOrder) {
  const Mesh mesh(7);  // 3 x 3:  0 1 2 / 5 4 3 / 6
  EXPECT_EQ(mesh.side(), 3);
  EXPECT_EQ(mesh.place(0), (Place{0, 0}));
  EXPECT_EQ(mesh.place(2), (Place{2, 0}));
  EXPECT_EQ(mesh.place(3), (Place{2, 1}));
  EXPECT_EQ(mesh.place(6), (Place{0, 2}));
  EXPECT_EQ(mesh.hops(0, 3), 3);
  EXPECT_EQ(mesh.hops(6, 2), 4);
  EXPECT_EQ(Mesh(9).side(), 3);
  EXPECT_EQ(Mesh(10).side(), 4);
  EXPECT_EQ(Mesh(1).side(), 1);
  EXPECT_EQ(Mesh(7, 5).side(), 5);
}

TEST(Mesh, FollowersAreNeighbours) {
  for (const int tiles : {1, 2, 5, 12, 100, 1000}) {
    const Mesh mesh(tiles);
    std::set<std::pair<int, int>> places;
    for (int tile = 0; tile < tiles; ++tile) {
      places.insert({mesh.place(tile).x, mesh.place(tile).y});
      if (tile > 0) {
        EXPECT_EQ(mesh.hops(tile - 1, tile), 1);
      }
    }
    EXPECT_EQ(std::ssize(places), tiles);
  }
}

TEST(Mesh, CountsNeighbours) {
  for (int tiles = 1; tiles < 60; ++tiles) {
    for (const int side : {0, 8, 61}) {
      const Mesh mesh(tiles, side);
      std::int64_t pairs = 0;
      for (int a = 0; a < tiles; ++a)
        for (int b = a + 1; b < tiles; ++b) pairs += mesh.hops(a, b) == 1;
      EXPECT_EQ(mesh.neighbours(), pairs) << tiles << " tiles, side " << side;
    }
  }
}

TEST(LinkCounter, CountsAnExampleByHand) {
  // 3 x 3, row 1 runs back:  0 1 2 / 5 4 3 / 6 7 8.
  // 0 -> 4 (1, 1): east from (0, 0), south from (1, 0).   5 flits
  // 0 -> 7 (1, 2): east from (0, 0), south from (1, 0) and (1, 1).   7 flits
  // 3 -> 4 (2, 1) to (1, 1): west from (2, 1).   11 flits
  const Mesh mesh(9);
  LinkCounter counter(mesh);
  const std::vector<Flow> flows{{0, 4, 5}, {0, 7, 7}, {3, 4, 11}};
  const Loads expected{{{0, 0, Direction::inject}, 12}, {{0, 0, Direction::east}, 12},
                       {{1, 0, Direction::south}, 12},  {{1, 1, Direction::south}, 7},
                       {{1, 1, Direction::eject}, 16},  {{1, 2, Direction::eject}, 7},
                       {{2, 1, Direction::inject}, 11}, {{2, 1, Direction::west}, 11}};
  EXPECT_EQ(counted(counter, flows), expected);
  const Traffic traffic = counter.count(flows);
  EXPECT_EQ(traffic.most.flits, 16);
  EXPECT_EQ(traffic.most.direction, Direction::eject);
  EXPECT_EQ(traffic.most.at, (Place{1, 1}));
  EXPECT_EQ(traffic.flits, 23);
  EXPECT_EQ(traffic.flit_hops, 5 * 2 + 7 * 3 + 11 * 1);
  EXPECT_EQ(traffic.longest, 3);
}

TEST(LinkCounter, IgnoresWhatStaysInATile) {
  const Mesh mesh(4);
  LinkCounter counter(mesh);
  const Traffic traffic = counter.count(std::vector<Flow>{{2, 2, 100}, {1, 2, 0}});
  EXPECT_EQ(traffic.most.flits, 0);
  EXPECT_EQ(traffic.flits, 0);
  EXPECT_EQ(traffic.longest, 0);
}

TEST(LinkCounter, EqualsAWalkOverEveryHop) {
  Philox random(3);
  for (int round = 0; round < 300; ++round) {
    const auto tiles = static_cast<std::int64_t>(1 + random.below(round % 10 == 0 ? 900 : 60));
    const Mesh mesh(tiles, round % 3 == 0 ? static_cast<int>(30 + random.below(5)) : 0);
    LinkCounter counter(mesh);
    for (int phase = 0; phase < 3; ++phase) {  // the counter must be clean again after each
      std::vector<Flow> flows(random.below(80));
      for (Flow& flow : flows) {
        flow.from = static_cast<int>(random.below(static_cast<std::uint64_t>(tiles)));
        flow.to = static_cast<int>(random.below(static_cast<std::uint64_t>(tiles)));
        flow.flits = static_cast<std::int64_t>(random.below(1000));
      }
      expect_equal(mesh, counter, flows);
    }
  }
}

}  // namespace
}  // namespace flash
