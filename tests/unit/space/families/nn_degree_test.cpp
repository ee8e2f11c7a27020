#include "flash/space/families/nn_degree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../cell_networks.hpp"
#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

// Average number of links into a neuron, counted link by link: w from the layer before, and, spread over the
// whole cell, every pair of a skip's source channel and a destination channel.
double counted_degree(int width, int depth, int tc) {
  double links = 0;
  for (int layer = 2; layer < depth; ++layer)
    for (int source = 0; source < std::min(tc, width * (layer - 1)); ++source) links += width;
  return width + links / (width * depth);
}

TEST(CellDegree, IsTheAverageDegreeWhereLinksAreCounted) {
  for (const int width : {1, 4, 16})
    for (const int depth : {3, 5, 9})
      for (int tc = 0; tc <= width * (depth - 2); ++tc)
        EXPECT_NEAR(cell_degree(DegreeReading::links, width, depth, tc), counted_degree(width, depth, tc),
                    1e-12);
}

TEST(CellDegree, DividesByTheWidthWhereChannelsAreCounted) {
  // w = 16, d = 5, tc = 20: t = 16, 20, 20, so SC = 56.
  EXPECT_DOUBLE_EQ(cell_degree(DegreeReading::links, 16, 5, 20), 16 + 56.0 / 5);
  EXPECT_DOUBLE_EQ(cell_degree(DegreeReading::channels, 16, 5, 20), 16 + 56.0 / 80);
}

TEST(CellDegree, RisesWithTheSkips) {
  for (const DegreeReading reading : {DegreeReading::links, DegreeReading::channels})
    for (int tc = 1; tc <= 48; ++tc)
      EXPECT_GT(cell_degree(reading, 16, 5, tc), cell_degree(reading, 16, 5, tc - 1));
}

TEST(NnDegree, AddsTheCells) {
  const Space space(find_preset("flash-63b")->definition);
  const Point network = test::point_of(space, {2, {5, 5, 5}, {20, 64, 0}});
  // widths 32, 64, 128; SC = 60 (three times 20), 192 (64 + 64 + 64), 0
  EXPECT_DOUBLE_EQ(space.score("nn_degree_links", network), 224 + 60 / 5.0 + 192 / 5.0);
  EXPECT_DOUBLE_EQ(space.score("nn_degree_channels", network), 224 + 60 / 160.0 + 192 / 320.0);
}

TEST(NnMass, IsDensityTimesSize) {
  EXPECT_DOUBLE_EQ(cell_mass(16, 5, 0), 0);
  EXPECT_DOUBLE_EQ(cell_mass(16, 5, 48), 80);              // the densest cell: rho = 1
  EXPECT_DOUBLE_EQ(cell_mass(16, 5, 20), 56.0 / 96 * 80);  // the most is 16 + 32 + 48 = 96
  const Space space(find_preset("flash-63b")->definition);
  EXPECT_DOUBLE_EQ(space.score("nn_mass", test::point_of(space, {1, {5, 5, 5}, {48, 0, 192}})),
                   16 * 5 + 64 * 5);
}

TEST(NnMass, AgreesWithTheDegree) {
  // NN-Mass's average degree for a cell is w + m/2 where d is large, with rho over all
  // layers' w (d-1)(d-2) / 2 channels: SC/d = rho w (d-1)(d-2) / (2 d) -> m / 2.
  const int width = 8;
  const int depth = 4000;
  for (const int tc : {10, 1000, width * (depth - 2)}) {
    const double from_mass = width + cell_mass(width, depth, tc) / 2;
    EXPECT_NEAR(cell_degree(DegreeReading::links, width, depth, tc) / from_mass, 1, 1e-3);
  }
}

TEST(CellScores, HaveNames) {
  for (const char* preset : {"flash-63b", "mnist-mlp"}) {
    const Space space(find_preset(preset)->definition);
    std::vector<std::string> names;
    for (const Score* score : space.geometry().scores()) names.push_back(score->name());
    EXPECT_THAT(names, testing::ElementsAre("nn_degree_links", "nn_degree_channels", "nn_mass"));
    for (const char* wrong : {"nn_degree", "links", ""}) {
      try {
        space.score(wrong, space.point(0));
        ADD_FAILURE() << "accepted '" << wrong << "'";
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        EXPECT_EQ(error.what(), space.definition().family + " has no score '" + wrong + "'");
      }
    }
  }
}

}  // namespace
}  // namespace flash
