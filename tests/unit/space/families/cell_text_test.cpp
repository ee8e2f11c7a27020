// NAS-Bench-201's names for its cells, and what of a cell is alive.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

const Space& benchmark() {
  static const Space space(find_preset("nasbench201")->definition);
  return space;
}

Space cells(int nodes, const std::vector<std::string>& operators) {
  SpaceDefinition definition = find_preset("nasbench201")->definition;
  definition.settings["nodes"] = nodes;
  definition.settings["operators"] = operators;
  definition.settings["stages"] = {"4 x1", "8 x1 s2"};
  definition.input = {3, 8, 10};
  return Space(definition);
}

std::string refusal(const Space& space, const std::string& text) {
  try {
    parse_network(space, text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), Not(testing::HasSubstr("\n")));
    const std::string line = error.what(), begin = "the network is not in the space: ";
    EXPECT_THAT(line, testing::StartsWith(begin));
    return line.substr(std::min(begin.size(), line.size()));
  }
  ADD_FAILURE() << "accepted: " << text;
  return "";
}

TEST(CellText, AllOfTheBenchmarkComeBack) {
  const Space& space = benchmark();
  ASSERT_EQ(space.size(), 15'625u);
  std::set<std::string> texts;
  std::int64_t least = std::numeric_limits<std::int64_t>::max(), most = 0;
  for (std::uint64_t id = 0; id < space.size(); ++id) {
    const Point point = space.point(id);
    const std::string text = foreign_text(space, point);
    ASSERT_EQ(parse_network(space, text), point) << text;
    texts.insert(text);
    const std::int64_t parameters = space.counts(point).parameters;
    least = std::min(least, parameters);
    most = std::max(most, parameters);
  }
  EXPECT_EQ(texts.size(), space.size());
  EXPECT_EQ(least, 73'306);  // as published, for ten classes
  EXPECT_EQ(most, 1'531'546);
}

// The paper's own example of a text, figure 1 and its repository.
TEST(CellText, IsTheBenchmarksOwn) {
  const Space& space = benchmark();
  const std::string text =
      "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|";
  const Point point = parse_network(space, text);
  EXPECT_EQ(network_text(space, point),
            "op=nor_conv_3x3,nor_conv_3x3,avg_pool_3x3,skip_connect,nor_conv_3x3,skip_connect");
  EXPECT_EQ(foreign_text(space, point), text);
  EXPECT_EQ(parse_network(space, " " + text + "\n"), point);
  EXPECT_EQ(named_network(space, text), small_id(space.id(point)));
}

TEST(CellText, OperatorsOfAnEdgeDoNotDependOnTheOthers) {
  const Space space = cells(
      4, {"none: none", "skip: skip", "conv: convolution k3", "pool: max_pool k3", "block: inverted k3 e2"});
  Philox random(1);
  for (int draw = 0; draw < 200; ++draw) {
    const Point point = space.point(random.below(space.size()));
    EXPECT_EQ(space.counts(point), counts(space.lower(point, 0))) << network_text(space, point);
  }
}

TEST(CellText, CellsOfAnySizeHaveIt) {
  for (const int nodes : {2, 3, 5, 7, 12}) {
    const Space space = cells(nodes, {"a: none", "b-1: skip", "Conv_3: convolution k3"});
    Philox random(static_cast<std::uint64_t>(nodes));
    for (int draw = 0; draw < 50; ++draw) {
      Point point{0, {}};
      for (const std::int64_t options : space.strata().front().options)
        point.options.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(options))));
      const std::string text = foreign_text(space, point);
      EXPECT_EQ(parse_network(space, text), point) << text;
      EXPECT_EQ(std::ranges::count(text, '+'), nodes - 2);
    }
  }
}

TEST(CellText, WhatIsWrongIsOneLine) {
  const Space& space = benchmark();
  EXPECT_EQ(refusal(space, "|nor_conv_3x3~0|+|none~0|nor_conv_5x5~1|+|none~0|none~1|none~2|"),
            "there is no operator 'nor_conv_5x5'; did you mean nor_conv_1x1?");
  EXPECT_EQ(
      refusal(space, "|zip~0|+|none~0|none~1|+|none~0|none~1|none~2|"),
      "there is no operator 'zip'; there are none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3");
  EXPECT_EQ(refusal(space, "|none~0|+|none~0|none~1|"), "the cell has 2 nodes behind its first, not 3");
  EXPECT_EQ(refusal(space, "|none~0|"), "the cell has 1 node behind its first, not 3");
  EXPECT_EQ(refusal(space, "|none~0|+|none~0|+|none~0|none~1|none~2|"), "node 2 has 1 edge, not 2");
  EXPECT_EQ(refusal(space, "|none~0|none~1|+|none~0|none~1|+|none~0|none~1|none~2|"),
            "node 1 has 2 edges, not 1");
  EXPECT_EQ(
      refusal(space, "|none~0|+|none~1|none~0|+|none~0|none~1|none~2|"),
      "edge 'none~1' of node 2 is not operator~0: edges stand in the order of the nodes that they come from");
  EXPECT_THAT(refusal(space, "|none|+|none~0|none~1|+|none~0|none~1|none~2|"),
              testing::HasSubstr("edge 'none'"));
  EXPECT_THAT(refusal(space, "|none~0|+none~0|none~1|+|none~0|none~1|none~2|"),
              testing::HasSubstr("does not stand between bars"));
  EXPECT_THAT(refusal(space, "|"), testing::HasSubstr("the cell has 1 node behind its first"));
}

TEST(CellText, OtherFamiliesHaveNone) {
  const Space space(find_preset("shapes-mini")->definition);
  EXPECT_EQ(foreign_text(space, space.point(0)), "");
  EXPECT_THAT(refusal(space, "|none~0|"), testing::HasSubstr("is not an axis with its value"));
}

// Every path enumerated: an edge is alive where one without `none` runs from input to output through it.
Liveness by_paths(const Space& space, const Point& point) {
  const std::vector<std::pair<int, int>> edges{{0, 1}, {0, 2}, {1, 2}, {0, 3}, {1, 3}, {2, 3}};
  const std::vector<std::vector<std::size_t>> paths{{3}, {0, 4}, {1, 5}, {0, 2, 5}};
  std::set<std::size_t> alive;
  for (const auto& path : paths)
    if (std::ranges::none_of(path, [&](std::size_t edge) { return point.options[edge] == 0; }))
      alive.insert(path.begin(), path.end());
  Liveness found{.path = !alive.empty(), .dead = {}};
  for (std::size_t edge = 0; edge < edges.size(); ++edge)
    if (point.options[edge] != 0 && !alive.contains(edge)) found.dead.push_back(edge);
  EXPECT_EQ(space.strata().front().cells(), edges.size());
  return found;
}

TEST(Liveness, IsThatOfAllPaths) {
  const Space& space = benchmark();
  std::size_t cut = 0;
  for (std::uint64_t id = 0; id < space.size(); ++id) {
    const Point point = space.point(id);
    const Liveness found = space.geometry().liveness({}, point.options);
    const Liveness wanted = by_paths(space, point);
    ASSERT_EQ(found.path, wanted.path) << foreign_text(space, point);
    ASSERT_EQ(found.dead, wanted.dead) << foreign_text(space, point);
    cut += !found.path;
  }
  EXPECT_EQ(cut, 341u);
}

TEST(Liveness, WhatIsAliveHasNothingDeadAndTheSamePaths) {
  const Space& space = benchmark();
  for (std::uint64_t id = 0; id < space.size(); id += 3) {
    const Point point = space.point(id), part = living(space, point);
    const Liveness before = space.geometry().liveness({}, point.options),
                   after = space.geometry().liveness({}, part.options);
    ASSERT_THAT(after.dead, testing::IsEmpty());
    ASSERT_EQ(after.path, before.path);
    for (std::size_t edge = 0; edge < 6; ++edge)
      ASSERT_EQ(part.options[edge], std::ranges::count(before.dead, edge) > 0 ? 0 : point.options[edge]);
  }
  const Space other(find_preset("shapes-mini")->definition);
  EXPECT_EQ(living(other, other.point(17)), other.point(17));
}

TEST(Liveness, IsSaidInALine) {
  const Space& space = benchmark();
  const auto text = [&](const std::string& cell) { return liveness_text(space, parse_network(space, cell)); };
  EXPECT_EQ(text("|skip_connect~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|"), "");
  EXPECT_THAT(text("|none~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|"),
              testing::HasSubstr("no live path"));
  EXPECT_THAT(text("|skip_connect~0|+|nor_conv_3x3~0|none~1|+|none~0|skip_connect~1|none~2|"),
              testing::HasSubstr("1 of its 6 choices is dead"));
  EXPECT_THROW(named_trainable(space, "0"), Error);
  EXPECT_EQ(named_trainable(space, "15624"), 15'624u);
  EXPECT_EQ(why_untrainable(space, space.point(15'624)), "");
}

}  // namespace
}  // namespace flash
