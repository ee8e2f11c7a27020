// Networks of a space as what stands at each of its places.
#include "flash/import/space_encoding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "flash/core/random.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"
#include "flash/space/places.hpp"

namespace flash {
namespace {

Space preset(const char* name) { return Space(find_preset(name)->definition); }

TEST(SpaceEncoding, PlacesOfEqualCostShareAShape) {
  const SpacePlaces places = preset("fbnet").places();
  ASSERT_EQ(places.places.size(), 22u);
  EXPECT_EQ(places.places[3].name, "op_3");
  // 16 x1, 24 x4 s2: the first block of a stage has its stride, the others are alike.
  EXPECT_NE(places.places[0].shape, places.places[1].shape);
  EXPECT_NE(places.places[1].shape, places.places[2].shape);
  EXPECT_EQ(places.places[2].shape, places.places[3].shape);
  EXPECT_EQ(places.places[2].shape, places.places[4].shape);
  std::set<std::size_t> shapes;
  for (const SpacePlace& place : places.places) shapes.insert(place.shape);
  EXPECT_EQ(shapes.size(), 12u);  // two of each of five stages of four, and two single ones
}

TEST(SpaceEncoding, DepthsAndResolutionsArePlaces) {
  const Space space = preset("mobilenet-v3");
  const SpacePlaces places = space.places();
  EXPECT_EQ(places.places[0].name, "resolution");
  EXPECT_EQ(places.places[0].operators.size(), 25u);
  EXPECT_EQ(places.places[1].name, "depth_0");
  // 5 stages of up to 4 blocks; the last stage's are told apart by whether the fixed layers follow.
  EXPECT_GE(places.places.size(), 6 + 20u);
  EXPECT_LE(places.places.size(), 6 + 22u);
  Philox random(1);
  for (int i = 0; i < 50; ++i) {
    const Point point = space.point(
        random.bits64() %
        static_cast<std::uint64_t>(space.count() >> 64 ? ~0ull : static_cast<std::uint64_t>(space.count())));
    const std::vector<std::uint16_t> operators = places.operators(space, point);
    std::size_t there = 0;
    for (std::size_t p = 6; p < operators.size(); ++p) {
      ASSERT_LT(operators[p], places.places[p].operators.size());
      there += places.places[p].operators[operators[p]] != "not there" ? 1 : 0;
    }
    EXPECT_EQ(there, point.options.size()) << network_text(space, point);
  }
}

TEST(SpaceEncoding, NetworksThatDifferHaveEncodingsThatDiffer) {
  const Space space = preset("nasbench201");
  const SpacePlaces places = space.places();
  std::set<std::vector<std::uint16_t>> seen;
  for (std::uint64_t id = 0; id < space.size(); ++id) seen.insert(places.operators(space, space.point(id)));
  EXPECT_EQ(seen.size(), space.size());
}

TEST(SpaceEncoding, SkipsWithoutNamesAreFeatures) {
  const Space space = preset("shapes-mini");
  EXPECT_TRUE(space.places().places.empty());
  const std::vector<Point> points{space.point(0), space.point(space.size() - 1)};
  const Encoding encoding = encode(space, points);
  EXPECT_EQ(encoding.networks, 2u);
  ASSERT_FALSE(encoding.features.empty());
  EXPECT_EQ(encoding.values.size(), 2 * encoding.features.size());
  EXPECT_LT(encoding.values[0], encoding.values[encoding.features.size()]);
}

}  // namespace
}  // namespace flash
