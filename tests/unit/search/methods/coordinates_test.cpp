#include "coordinates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../spaces.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

using testing::AnyOf;
using testing::Each;
using testing::ElementsAreArray;

Space preset(const char* name) { return Space(find_preset(name)->definition); }

TEST(Mutation, DrawsAnyOtherOptionWhereTheyHaveNoOrder) {
  const Space space = preset("fbnet");
  const Coordinates coordinates(space);
  Network network = {Shape(space.strata().front().shape.size(), 0), Options(space.cells(), 4)};
  std::vector<int> drawn(9);
  Philox random(1);
  constexpr int draws = 16'000;
  for (int k = 0; k < draws; ++k) {
    const Network child = coordinates.mutate(network, 0.01, random);
    int changes = 0;
    for (const std::int64_t option : child.options) {
      changes += option != 4;
      if (option != 4) ++drawn[static_cast<std::size_t>(option)];
    }
    ASSERT_EQ(changes, 1);
  }
  for (std::size_t option = 0; option < drawn.size(); ++option)
    EXPECT_NEAR(drawn[option], option == 4 ? 0 : draws / 8, 150) << option;
}

TEST(Mutation, StridesWhereOptionsHaveAnOrder) {
  const Space space(test::small_space({64}, {20}));
  const Coordinates coordinates(space);
  const Network network{{1, 0}, {500}};
  ASSERT_GT(coordinates.stratum(network.shape).options[0], 2000);
  Philox random(1);
  for (int k = 0; k < 1000; ++k) {
    const Network child = coordinates.mutate(network, 0.01, random);
    if (child.shape != network.shape) continue;
    EXPECT_NE(child.options[0], 500);
    EXPECT_NEAR(static_cast<double>(child.options[0]), 500, 150);
  }
}

TEST(Rescaling, KeepsOptionsWithoutAnOrder) {
  Stratum three, two;
  three.options = {3, 3, 101};
  three.slots = {{.options = 3, .ordered = false}, {.options = 3, .ordered = false}, {.options = 101}};
  two.options = {3, 2, 11};
  two.slots = {{.options = 3, .ordered = false}, {.options = 2, .ordered = false}, {.options = 11}};
  EXPECT_THAT(Coordinates::rescale(three, {1, 1, 50}, two), ElementsAreArray({1, 1, 5}));
  EXPECT_THAT(Coordinates::rescale(three, {2, 2, 100}, two), ElementsAreArray({2, 1, 10}));
  EXPECT_THAT(Coordinates::rescale(two, {1, 1, 5}, three), ElementsAreArray({1, 1, 50}));
}

// Four places in each of five stages, the first as many of them as the stage is deep, and one more at the end.
void expect_places_by_stage(const Space& space, std::size_t stages, bool end) {
  const Coordinates coordinates(space);
  for (std::size_t i = 0; i < space.strata().size(); i += 7) {
    const Stratum& stratum = space.strata()[i];
    std::vector<std::size_t> expected;
    for (std::size_t stage = 0; stage < stages; ++stage)
      for (std::size_t block = 0;
           block < 2 + static_cast<std::size_t>(stratum.shape[stratum.shape.size() - stages + stage]);
           ++block)
        expected.push_back(4 * stage + block);
    if (end) expected.push_back(4 * stages);
    ASSERT_THAT(coordinates.places(stratum), ElementsAreArray(expected)) << i;
  }
}

TEST(Places, AreThoseOfTheDeepestNetwork) {
  expect_places_by_stage(preset("ofa-mobilenet-v2"), 5, true);
  expect_places_by_stage(preset("mobilenet-v3"), 5, false);
  const Space even = preset("flash-63b");
  EXPECT_THAT(Coordinates(even).places(even.strata().back()), ElementsAreArray({0, 1, 2}));
}

// The option at each place, -1 where the network has none.
std::vector<std::int64_t> by_place(const Coordinates& coordinates, const Network& network) {
  std::vector<std::int64_t> options(coordinates.space().cells(), -1);
  const auto places = coordinates.places(coordinates.stratum(network.shape));
  EXPECT_EQ(places.size(), network.options.size());
  for (std::size_t c = 0; c < places.size(); ++c) options[places[c]] = network.options[c];
  return options;
}

TEST(Mutation, OfADepthLeavesTheOtherPlacesAlone) {
  const Space space = preset("mobilenet-v3");
  const Coordinates coordinates(space);
  Philox random(2);
  int reshaped = 0;
  for (int k = 0; k < 500; ++k) {
    const Network parent = coordinates.random(random);
    const Network child = coordinates.mutate(parent, 0.3, random);
    coordinates.space().id(coordinates.stratum(child.shape), child.options);  // throws where it is none
    if (child.shape == parent.shape) continue;
    ++reshaped;
    const auto before = by_place(coordinates, parent), after = by_place(coordinates, child);
    for (std::size_t place = 0; place < before.size(); ++place)
      EXPECT_THAT(after[place], before[place] < 0 ? testing::A<std::int64_t>()
                                                  : testing::Matcher<std::int64_t>(AnyOf(before[place], -1)));
  }
  EXPECT_GT(reshaped, 20);
}

TEST(Crossing, TakesEachVariableFromOneParentOrTheOther) {
  const Space space = preset("mobilenet-v3");
  const Coordinates coordinates(space);
  Philox random(3);
  double first = 0, second = 0;
  for (int k = 0; k < 500; ++k) {
    const Network a = coordinates.random(random), b = coordinates.random(random);
    const Network child = coordinates.cross(a, b, random);
    for (std::size_t v = 0; v < child.shape.size(); ++v)
      EXPECT_THAT(child.shape[v], AnyOf(a.shape[v], b.shape[v]));
    const auto of_a = by_place(coordinates, a), of_b = by_place(coordinates, b),
               of_child = by_place(coordinates, child);
    for (std::size_t place = 0; place < of_child.size(); ++place) {
      if (of_child[place] < 0) continue;
      EXPECT_THAT(of_child[place], AnyOf(of_a[place], of_b[place]));
      if (of_a[place] == of_b[place] || of_a[place] < 0 || of_b[place] < 0) continue;
      ++(of_child[place] == of_a[place] ? first : second);
    }
  }
  EXPECT_NEAR(first / second, 1, 0.05);
}

}  // namespace
}  // namespace flash
