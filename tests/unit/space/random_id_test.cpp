#include "flash/space/random_id.hpp"

#include <gtest/gtest.h>

#include "flash/space/families/families.hpp"

namespace flash {
namespace {

TEST(RandomNetwork, HasEveryOptionOfEverySlotAlike) {
  const Space space(find_preset("fbnet")->definition);  // 9^22: more than 64 bits
  std::vector<std::vector<int>> drawn(space.cells(), std::vector<int>(9));
  Philox random(1);
  for (int k = 0; k < 9'000; ++k) {
    const Point point = space.point(random_id(space, random));
    for (std::size_t slot = 0; slot < space.cells(); ++slot)
      ++drawn[slot][static_cast<std::size_t>(point.options[slot])];
  }
  for (std::size_t slot = 0; slot < space.cells(); ++slot)
    for (const int count : drawn[slot]) EXPECT_NEAR(count, 1000, 160) << slot;
}

TEST(RandomNetwork, StaysBelow) {
  Philox random(2);
  const NetworkId word = NetworkId{1} << 64;
  for (const NetworkId n : {NetworkId{1}, NetworkId{3}, word, word + 1, 3 * word + 5, (word << 62) + 1})
    for (int k = 0; k < 100; ++k) EXPECT_TRUE(below(n, random) < n);
  int high = 0;
  for (int k = 0; k < 1000; ++k) high += below(2 * word, random) >= word;
  EXPECT_NEAR(high, 500, 70);
}

}  // namespace
}  // namespace flash
