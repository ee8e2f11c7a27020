#include "flash/space/space.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "../cell_networks.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

using test::CellNetwork;
using test::network_of;
using test::point_of;

CellSpace small() {
  CellSpace definition;
  definition.widths = {2, 3};
  definition.wm = {1, 3};
  definition.depths = {3, 5};
  definition.input = {3, 8, 4};
  return definition;
}

// Every network by nested loops, in the order of ids: the last option fastest.
std::vector<CellNetwork> enumerate_two_cells(const CellSpace& d) {
  std::vector<CellNetwork> all;
  for (const int wm : d.wm)
    for (const int depth_0 : d.depths)
      for (const int depth_1 : d.depths) {
        if (d.depth_mode == DepthMode::equal && depth_0 != depth_1) continue;
        const auto top = [&](std::size_t cell, int depth) {
          const int reachable = wm * d.widths[cell] * (depth - 2);
          return d.skips.max < 0 ? reachable : std::min(reachable, d.skips.max);
        };
        for (int tc_0 = d.skips.min; tc_0 <= top(0, depth_0); tc_0 += d.skips.step)
          for (int tc_1 = d.skips.min; tc_1 <= top(1, depth_1); tc_1 += d.skips.step)
            all.push_back({wm, {depth_0, depth_1}, {tc_0, tc_1}});
      }
  return all;
}

void expect_numbering(const CellSpace& definition) {
  const Space space(definition);
  const std::vector<CellNetwork> all = enumerate_two_cells(definition);
  ASSERT_EQ(space.size(), all.size());
  for (std::uint64_t id = 0; id < all.size(); ++id) {
    const Point point = space.point(id);
    ASSERT_EQ(network_of(space, point), all[id]) << id;
    ASSERT_EQ(point_of(space, all[id]), point);
    ASSERT_EQ(space.id(point), id);
  }
}

TEST(Space, NumbersItsNetworksInTheStatedOrder) { expect_numbering(small()); }

TEST(Space, NumbersSeparateDepths) {
  CellSpace definition = small();
  definition.depth_mode = DepthMode::separate;
  expect_numbering(definition);
}

TEST(Space, NumbersSkipRangesWithMinimumMaximumAndStep) {
  for (const SkipRange& skips : {SkipRange{1, -1, 1}, SkipRange{0, 4, 1}, SkipRange{2, -1, 3},
                                 SkipRange{1, 5, 2}, SkipRange{0, 0, 1}, SkipRange{0, -1, 1000}}) {
    CellSpace definition = small();
    definition.skips = skips;
    expect_numbering(definition);
    definition.depth_mode = DepthMode::separate;
    expect_numbering(definition);
  }
}

TEST(Space, HoldsThePaperSizedSpaceExactly) {
  const Space space(find_preset("flash-63b")->definition);
  EXPECT_EQ(space.size(), 63'102'615'225u);
  EXPECT_EQ(space.strata().size(), 57u);
  EXPECT_EQ(network_of(space, space.point(0)), (CellNetwork{1, {5, 5, 5}, {0, 0, 0}}));
  EXPECT_EQ(network_of(space, space.point(space.size() - 1)),
            (CellNetwork{3, {23, 23, 23}, {48 * 21, 96 * 21, 192 * 21}}));
  Philox random(7);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t id = random.below(space.size());
    ASSERT_EQ(space.id(space.point(id)), id);
  }
}

TEST(Space, JoinsItsStrataWithoutGaps) {
  const Space space(find_preset("cifar-small")->definition);
  std::uint64_t next = 0;
  for (const Stratum& stratum : space.strata()) {
    EXPECT_EQ(stratum.first_id, next);
    EXPECT_EQ(&space.stratum_of(stratum.first_id), &stratum);
    EXPECT_EQ(&space.stratum_of(stratum.first_id + stratum.size - 1), &stratum);
    next += small_id(stratum.size);
  }
  EXPECT_EQ(next, space.size());
}

TEST(Space, FindsTheStratumOfAShape) {
  CellSpace definition = small();
  definition.depth_mode = DepthMode::separate;
  for (const SpaceDefinition& each : {SpaceDefinition(small()), SpaceDefinition(definition)}) {
    const Space space(each);
    for (const Stratum& stratum : space.strata()) EXPECT_EQ(&space.stratum(stratum.shape), &stratum);
  }
}

bool refused(const auto& act) {
  try {
    act();
    return false;
  } catch (const Error& error) {
    return error.code() == ExitCode::usage;
  }
}

TEST(Space, RefusesIdsAndPointsThatItDoesNotHold) {
  const Space space(small());
  EXPECT_TRUE(refused([&] { space.point(space.size()); }));
  EXPECT_TRUE(refused([&] { space.point(std::numeric_limits<std::uint64_t>::max()); }));
  const auto refuses = [&](const Point& point) { return refused([&] { space.id(point); }); };
  ASSERT_EQ(space.strata().size(), 4u);
  EXPECT_EQ(space.strata()[0].options, (std::vector<std::int64_t>{3, 4}));
  EXPECT_FALSE(refuses({0, {2, 3}}));
  EXPECT_TRUE(refuses({4, {0, 0}}));
  EXPECT_TRUE(refuses({std::numeric_limits<std::size_t>::max(), {0, 0}}));
  EXPECT_TRUE(refuses({0, {3, 0}}));
  EXPECT_TRUE(refuses({0, {0, 4}}));
  EXPECT_TRUE(refuses({0, {-1, 0}}));
  EXPECT_TRUE(
      refuses({0, {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}}));
  EXPECT_TRUE(refuses({0, {0}}));
  EXPECT_TRUE(refuses({0, {0, 0, 0}}));
  EXPECT_TRUE(refuses({0, {}}));
  const Stratum& second = space.strata()[1];
  EXPECT_THROW(space.options_of(second, second.first_id - 1), Error);
  EXPECT_THROW(space.options_of(second, second.first_id + second.size), Error);
  EXPECT_THROW(space.id(second, std::vector<std::int64_t>{0}), Error);
}

TEST(Space, RefusesNetworksThatItDoesNotHold) {
  const Space space(small());
  const auto refuses = [&](const CellNetwork& network) { return refused([&] { point_of(space, network); }); };
  EXPECT_FALSE(refuses({1, {3, 3}, {2, 3}}));
  EXPECT_TRUE(refuses({2, {3, 3}, {0, 0}}));  // wm not in the list
  EXPECT_TRUE(refuses({1, {4, 4}, {0, 0}}));  // depth not in the list
  EXPECT_TRUE(refuses({1, {3, 5}, {0, 0}}));  // unequal depths
  EXPECT_TRUE(refuses({1, {3, 3}, {3, 0}}));  // more than w * (d - 2)
  EXPECT_TRUE(refuses({1, {3, 3}, {-1, 0}}));
  EXPECT_TRUE(refuses({1, {3, 3}, {std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}}));
  EXPECT_TRUE(refuses({1, {3, 3}, {0, 0, 0}}));
  EXPECT_TRUE(refuses({1, {}, {}}));
}

struct Mistake {
  std::string text;  // expected in the message
  void (*make)(CellSpace&);
};

class SpaceRefuses : public testing::TestWithParam<Mistake> {};

TEST_P(SpaceRefuses, WithOneClearLine) {
  CellSpace definition = small();
  GetParam().make(definition);
  try {
    const Space space(definition);
    FAIL() << "not refused: " << GetParam().text;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    EXPECT_THAT(error.what(), testing::HasSubstr(GetParam().text));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, SpaceRefuses,
    testing::Values(Mistake{"widths is empty", [](CellSpace& d) { d.widths.clear(); }},
                    Mistake{"wm is empty", [](CellSpace& d) { d.wm.clear(); }},
                    Mistake{"depths is empty", [](CellSpace& d) { d.depths.clear(); }},
                    Mistake{"5 follows 5",
                            [](CellSpace& d) {
                              d.depths = {3, 5, 5};
                            }},
                    Mistake{"2 follows 3",
                            [](CellSpace& d) {
                              d.wm = {3, 2};
                            }},
                    Mistake{"depths must be from 3",
                            [](CellSpace& d) {
                              d.depths = {2, 3};
                            }},
                    Mistake{"depths must be from 3",
                            [](CellSpace& d) {
                              d.depths = {3, 10'001};
                            }},
                    Mistake{"wm must be from 1",
                            [](CellSpace& d) {
                              d.wm = {0, 1};
                            }},
                    Mistake{"widths must be from 1",
                            [](CellSpace& d) {
                              d.widths = {2, -1};
                            }},
                    Mistake{"more than 65536 channels",
                            [](CellSpace& d) {
                              d.widths = {2, 30'000};
                            }},
                    Mistake{"input.channels", [](CellSpace& d) { d.input.channels = 0; }},
                    Mistake{"input.side", [](CellSpace& d) { d.input.side = -4; }},
                    Mistake{"input.classes", [](CellSpace& d) { d.input.classes = 1; }},
                    Mistake{"an image of",
                            [](CellSpace& d) {
                              d.input = {60'000, 4'096, 10};
                            }},
                    Mistake{"too small for 2 cells", [](CellSpace& d) { d.input.side = 2; }},
                    Mistake{"skips.min must", [](CellSpace& d) { d.skips.min = -1; }},
                    Mistake{"skips.step must", [](CellSpace& d) { d.skips.step = 0; }},
                    Mistake{"skips.max must",
                            [](CellSpace& d) {
                              d.skips = {3, 2, 1};
                            }},
                    Mistake{"has only 2 channels", [](CellSpace& d) { d.skips.min = 3; }},
                    Mistake{"exactly one cell", [](CellSpace& d) { d.family = "mlp-cells"; }},
                    Mistake{"too large to count",
                            [](CellSpace& d) {
                              d.widths = {20'000, 20'000};
                              d.depths = {3, 10'000};
                              d.skips.max = 1;
                            }},
                    Mistake{"2^127",
                            [](CellSpace& d) {
                              d.widths.assign(8, 2200);
                              d.depths = {30};
                              d.input.side = 512;
                            }},
                    Mistake{"strata", [](CellSpace& d) {
                              d.widths.assign(7, 1);
                              d.depths = {3, 4, 5, 6, 7, 8, 9, 10};
                              d.depth_mode = DepthMode::separate;
                              d.input.side = 512;
                            }}));

TEST(Space, HasASizeOf63BitsAndACountBeyond) {
  // Seven cells of w * (d - 2) + 1 = 512 options: 512^7 = 2^63 is one too many to go through; with 511 in the
  // last cell it fits.
  CellSpace definition;
  definition.wm = {1};
  definition.depths = {3};
  definition.input.side = 256;
  definition.widths.assign(7, 511);
  EXPECT_EQ(id_text(Space(definition).count()), "9223372036854775808");
  EXPECT_THROW(Space(definition).size(), Error);
  definition.widths.back() = 510;
  EXPECT_EQ(Space(definition).size(), (std::uint64_t{1} << 54) * 511);
}

TEST(Presets, StateTheirSizes) {
  for (const Preset* preset : presets()) {
    const NetworkId count = Space(preset->definition).count();
    std::string size = id_text(count);
    if (count < NetworkId{1} << 63) {
      for (std::size_t at = size.size(); at > 3; at -= 3) size.insert(at - 3, 1, ',');
    } else {  // 9.8e20
      const double rounded = std::round(std::stod(size.substr(0, 3)) / 10) / 10;
      std::array<char, 32> text{};
      std::snprintf(text.data(), text.size(), "%.1fe%zu", rounded, size.size() - 1);
      size = text.data();
    }
    const std::string said = count == 1 ? "one network" : size + " configurations";
    EXPECT_THAT(preset->description, testing::HasSubstr(said)) << preset->name;
    EXPECT_EQ(find_preset(preset->name), preset);
  }
  EXPECT_EQ(find_preset("no-such"), nullptr);
  EXPECT_GE(Space(find_preset("shapes-mini")->definition).size(), 1'000'000u);
}

TEST(SpaceJson, ComesBackWhole) {
  for (const Preset* preset : presets())
    EXPECT_EQ(space_definition_from_json(Json::parse(to_json(preset->definition).dump())),
              preset->definition);
  CellSpace definition = small();
  definition.block = Block::depthwise;
  definition.depth_mode = DepthMode::separate;
  definition.skips = {1, 7, 2};
  EXPECT_EQ(space_definition_from_json(to_json(definition)), SpaceDefinition(definition));
  EXPECT_EQ(SpaceDefinition(CellSpace::from(definition)), SpaceDefinition(definition));
}

TEST(SpaceJson, NamesTheKeyThatIsMissingOrWrong) {
  const Json whole = to_json(small());
  for (const auto& [key, value] : whole.items()) {
    for (const bool missing : {true, false}) {
      Json damaged = whole;
      if (missing)
        damaged.erase(key);
      else
        damaged[key] = nullptr;
      try {
        space_definition_from_json(damaged);
        ADD_FAILURE() << "accepted damage at " << key;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_data);
        EXPECT_THAT(error.what(), testing::HasSubstr(key));
      }
    }
  }
  EXPECT_THROW(space_definition_from_json(Json::array()), Error);
  Json other = whole;
  other["family"] = "resnet";
  EXPECT_THROW(space_definition_from_json(other), Error);
  other = whole;
  other["widths"] = {1, 3'000'000'000};
  EXPECT_THROW(space_definition_from_json(other), Error);
}

}  // namespace
}  // namespace flash
