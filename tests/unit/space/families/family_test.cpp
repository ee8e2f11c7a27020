// What holds for the networks of every family.
#include <cmath>
#include <map>
#include <tuple>

#include "../family_case.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

class Families : public test::FamilyTest {};
INSTANTIATE_TEST_SUITE_P(All, Families, test::all_families(), test::name_of);

auto key(const Operator& op) {
  return std::tuple(op.kind, op.in, op.out, op.kernel, op.stride, op.padding, op.groups, op.side_in,
                    op.side_out, op.bias, op.opens_layer, op.head, op.traffic);
}
std::vector<Operator> sorted(std::vector<Operator> operators) {
  std::ranges::sort(operators, {}, key);
  return operators;
}

TEST_P(Families, PartsAreTheNetworksOperators) {
  for (int i = 0; i < 20; ++i) {
    const Point point = draw();
    const NetworkGraph graph = space.lower(point, 1);
    std::vector<std::vector<Operator>> by_slot(point.options.size());
    for (const NetworkGraph::Node& node : graph.nodes()) {
      ASSERT_LT(node.slot, by_slot.size());
      by_slot[node.slot].push_back(node.op);
    }
    Counts sum;
    for (std::size_t slot = 0; slot < by_slot.size(); ++slot) {
      const std::vector<Operator> part = space.part(point, slot);
      ASSERT_EQ(sorted(part), sorted(by_slot[slot])) << network_text(space, point) << ", slot " << slot;
      sum += counts(part);
    }
    EXPECT_EQ(sum, counts(graph));
    EXPECT_EQ(sum, space.counts(point));
  }
}

// The default takes a part from a network whose other slots have option 0.
TEST_P(Families, PartsAreThoseOfTheDefault) {
  for (int i = 0; i < 5; ++i) {
    const Point point = draw();
    const Stratum& stratum = space.stratum(point);
    for (std::size_t slot = 0; slot < point.options.size(); ++slot) {
      const std::int32_t parent = stratum.slots[slot].parent;
      const std::int64_t option = parent < 0 ? -1 : point.options[static_cast<std::size_t>(parent)];
      ASSERT_EQ(sorted(space.part(point, slot)),
                sorted(geometry.Geometry::part(stratum.shape, slot, option, point.options[slot])));
    }
  }
}

TEST_P(Families, NetworksReadTheImageAndPutOutTheClasses) {
  const Input& input = space.input();
  for (int i = 0; i < 10; ++i) {
    const NetworkGraph graph = space.lower(draw(), 7);
    EXPECT_EQ(graph.channels(), input.channels);
    EXPECT_EQ(graph.side(), input.side);
    EXPECT_EQ(graph.channels(graph.output()), input.classes);
    EXPECT_EQ(graph.side(graph.output()), 1);
    EXPECT_THAT(graph.readers(), testing::Each(testing::Ge(1u)));
    for (std::size_t k = 0; k < graph.nodes().size(); ++k) {
      const NetworkGraph::Node& node = graph.nodes()[k];
      ASSERT_THAT(node.reads, testing::Each(testing::Le(k)));
      using Kind = Operator::Kind;
      if (node.op.kind == Kind::gather)
        ASSERT_EQ(std::set(node.reads.begin(), node.reads.end()).size(), node.reads.size());
      else if (node.op.kind == Kind::add)  // two skips may lead from one node to another
        ASSERT_GE(node.reads.size(), 2u);
      else
        ASSERT_EQ(node.reads.size(), node.op.kind == Kind::scale ? 2u : 1u);
      ASSERT_EQ(node.columns.size(), node.op.kind == Kind::gather ? node.reads.size() : 0u);
      for (std::size_t r = 0; r < node.columns.size(); ++r)
        for (std::size_t c = 0; c < node.columns[r].size(); ++c) {
          ASSERT_GE(node.columns[r][c], c == 0 ? 0 : node.columns[r][c - 1] + 1);
          ASSERT_LT(node.columns[r][c], graph.channels(node.reads[r]));
        }
    }
  }
}

TEST_P(Families, WiringIsDrawnAndChangesNoCount) {
  bool differs = false, chosen = false;
  for (int i = 0; i < 10; ++i) {
    const Point point = draw();
    const auto columns = [&](std::uint64_t wiring) {
      std::vector<std::vector<std::vector<int>>> all;
      const NetworkGraph graph = space.lower(point, wiring);
      for (const NetworkGraph::Node& node : graph.nodes()) all.push_back(node.columns);
      return all;
    };
    EXPECT_EQ(counts(space.lower(point, 1)), counts(space.lower(point, 2)));
    EXPECT_EQ(columns(1), columns(1));
    differs |= columns(1) != columns(2);
    const NetworkGraph graph = space.lower(point, 1);
    for (const NetworkGraph::Node& node : graph.nodes())
      for (std::size_t r = 0; r < node.columns.size(); ++r) {
        const auto taken = static_cast<int>(node.columns[r].size());
        chosen |= taken > 1 && taken + 2 < graph.channels(node.reads[r]);
      }
  }
  EXPECT_TRUE(differs || !chosen);
}

TEST_P(Families, ScoresAreSumsOfTheirParts) {
  ASSERT_FALSE(geometry.scores().empty());
  std::set<std::string> names;
  for (const Score* score : geometry.scores()) {
    EXPECT_TRUE(names.insert(score->name()).second) << score->name();
    EXPECT_EQ(find_score(geometry, score->name()), score);
    for (int i = 0; i < 20; ++i) {
      const Point point = draw();
      const Stratum& stratum = space.stratum(point);
      double sum = score->base(stratum.shape);
      for (std::size_t slot = 0; slot < point.options.size(); ++slot) {
        const std::int32_t parent = stratum.slots[slot].parent;
        sum += score->part(stratum.shape, slot,
                           parent < 0 ? -1 : point.options[static_cast<std::size_t>(parent)],
                           point.options[slot]);
      }
      EXPECT_TRUE(std::isfinite(sum));
      EXPECT_EQ(value(*score, stratum.shape, point.options, stratum.slots), sum);
      EXPECT_EQ(space.score(score->name(), point), sum);
      for (std::size_t slot = 0; slot < point.options.size(); ++slot) {
        if (stratum.slots[slot].parent >= 0) continue;
        const std::vector<double> parts = score->parts(stratum.shape, slot, stratum.options[slot]);
        ASSERT_EQ(parts.size(), static_cast<std::size_t>(stratum.options[slot]));
        EXPECT_EQ(parts[static_cast<std::size_t>(point.options[slot])],
                  score->part(stratum.shape, slot, -1, point.options[slot]));
      }
    }
  }
  EXPECT_EQ(find_score(geometry, "no-such"), nullptr);
  EXPECT_THROW(space.score("no-such", space.point(0)), Error);
}

TEST_P(Families, SpreadBeginsWithTheScore) {
  std::size_t length = 0;
  for (int i = 0; i < 20; ++i) {
    const Point point = draw();
    const std::vector<double> spread = geometry.spread(space.stratum(point).shape, point.options);
    EXPECT_EQ(spread.front(), space.score(geometry.scores().front()->name(), point));
    EXPECT_GE(spread.size(), 2u);
    for (const double coordinate : spread) EXPECT_TRUE(std::isfinite(coordinate));
    if (space.strata().size() == 1 && length > 0) {
      EXPECT_EQ(spread.size(), length);
    }
    length = spread.size();
  }
}

// What a slot is in a stratum, at a few of its options.
TEST_P(Families, StrataWithOneTableKeyShareSlotsPartsAndScores) {
  std::map<std::pair<std::size_t, std::size_t>, const Stratum*> known;  // of a slot, its key
  std::size_t shared = 0;
  for (const Stratum& stratum : space.strata())
    for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot) {
      const auto [found, is_new] =
          known.try_emplace({slot, geometry.table_key(stratum.shape, slot)}, &stratum);
      if (is_new) continue;
      ++shared;
      const Stratum& other = *found->second;
      ASSERT_EQ(stratum.slots[slot], other.slots[slot]);
      const std::int64_t last = stratum.options[slot] - 1;
      for (const std::int64_t option : {std::int64_t{0}, last / 3, last}) {
        ASSERT_EQ(sorted(geometry.part(stratum.shape, slot, -1, option)),
                  sorted(geometry.part(other.shape, slot, -1, option)));
        for (const Score* score : geometry.scores())
          ASSERT_EQ(score->part(stratum.shape, slot, -1, option), score->part(other.shape, slot, -1, option));
      }
    }
  // cifar-small: a cell's table is that of its depth, whatever the other cells' depths are.
  if (GetParam().name == "cifar_small") {
    EXPECT_EQ(known.size(), 3u * 2 * 7);
    EXPECT_EQ(shared + known.size(), 3u * 2 * 7 * 7 * 7);
  }
}

}  // namespace
}  // namespace flash
