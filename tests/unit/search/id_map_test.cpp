#include "flash/search/id_map.hpp"

#include <gtest/gtest.h>

#include <map>

#include "flash/core/random.hpp"

namespace flash {
namespace {

// Ids of one stratum's rows, far apart, and beyond 64 bits: what a hash of the low bits would take for the same.
NetworkId id_of(std::uint64_t draw) {
  const NetworkId low = draw % 1000 * 65536;
  return draw % 3 == 0 ? low : draw % 3 == 1 ? low << 50 : (low << 64) + draw % 7;
}

TEST(IdMap, KnowsWhatAMapKnows) {
  IdMap<std::uint64_t> map(1);
  std::map<NetworkId, std::uint64_t> reference;
  Philox random(3);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const NetworkId id = id_of(random.bits64());
    const auto known = reference.find(id);
    const std::uint64_t* found = map.find(id);
    ASSERT_EQ(found != nullptr, known != reference.end());
    if (found) {
      EXPECT_EQ(*found, known->second);
    } else {
      EXPECT_EQ(map.insert(id, i), i);
      reference.emplace(id, i);
    }
    ASSERT_EQ(map.size(), reference.size());
  }
  EXPECT_GT(map.size(), 2000U);
}

TEST(IdMap, ValuesStayWhereTheyAre) {
  IdMap<int> map(1);
  const int& first = map.insert(1, 17);
  for (NetworkId id = 2; id < 5000; ++id) map.insert(id, 0);
  EXPECT_EQ(&first, map.find(1));
  EXPECT_EQ(first, 17);
}

}  // namespace
}  // namespace flash
