// Spaces of 2^63 networks and more: how networks are drawn from them, and named.
#include <gmock/gmock.h>

#include <set>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"
#include "flash/space/random_id.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

constexpr NetworkId word = NetworkId{1} << 64;

template <class Act>
std::string refusal(const Act& act, ExitCode code = ExitCode::usage) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "";
}

Space fbnet() { return Space(find_preset("fbnet")->definition); }

TEST(RandomId, IsAsBeforeBelow64Bits) {
  Philox one(7), other(7);
  for (const std::uint64_t n :
       {std::uint64_t{1}, std::uint64_t{17}, std::uint64_t{63'102'615'225}, ~std::uint64_t{0}})
    EXPECT_TRUE(below(n, one) == other.below(n)) << n;
  const Space space(find_preset("shapes-mini")->definition);
  Philox drawn(3), expected(3);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(random_id(space, drawn) == expected.below(space.size()));
}

TEST(RandomId, IsUniformBeyond) {
  Philox random(5);
  for (const NetworkId n : {word + 1, 3 * word + 12345, word * word - 1, word * 1000}) {
    int upper = 0;
    std::set<std::uint64_t> low_halves;
    NetworkId bits = 0;
    for (int i = 0; i < 4000; ++i) {
      const NetworkId id = below(n, random);
      ASSERT_TRUE(id < n);
      upper += id >= n / 2;
      bits |= id;
      low_halves.insert(static_cast<std::uint64_t>(id));
    }
    EXPECT_NEAR(upper, 2000, 200);
    EXPECT_EQ(low_halves.size(), 4000u);
    EXPECT_EQ(static_cast<std::uint64_t>(bits), ~std::uint64_t{0}) << "every bit of the lower half is drawn";
  }
}

TEST(SeedOfNetwork, IsAsBeforeBelow64BitsAndOfAllBitsBeyond) {
  EXPECT_EQ(seed_of_network(3, "train", 17), derive_seed(3, "train", 17));
  EXPECT_EQ(seed_of_network(3, "train", word - 1), derive_seed(3, "train", ~std::uint64_t{0}));
  std::set<std::uint64_t> seeds;
  for (NetworkId high = 0; high < 50; ++high)
    for (NetworkId low = 0; low < 50; ++low) seeds.insert(seed_of_network(3, "train", high * word + low));
  EXPECT_EQ(seeds.size(), 2500u);
}

TEST(Unnumbered, BeginAt2To63) {
  EXPECT_TRUE(Space(find_preset("proxylessnas")->definition).numbered());  // 7^15 * 6^6 = 2.2e17
  for (const char* preset : {"fbnet", "mobilenet-v3", "ofa-mobilenet-v2"}) {
    const Space space(find_preset(preset)->definition);
    EXPECT_FALSE(space.numbered()) << preset;
    const std::string why = refusal([&] { space.size(); }, ExitCode::bad_job);
    EXPECT_THAT(why, HasSubstr(id_text(space.count())));
    EXPECT_THAT(why, HasSubstr("flash exact"));
    Philox random(1);
    for (int i = 0; i < 20; ++i) {
      const NetworkId id = random_id(space, random);
      EXPECT_TRUE(named_network(space, network_text(space, space.point(id))) == id);
    }
  }
}

TEST(Unnumbered, NetworksAreNamedInWords) {
  const Space space = fbnet();
  const NetworkId last = space.count() - 1;
  EXPECT_EQ(network_name(space, last), network_text(space, space.point(last)));
  EXPECT_THAT(network_stem(space, last), testing::MatchesRegex("network-[0-9a-f]{16}"));
  EXPECT_NE(network_stem(space, last), network_stem(space, last - 1));
  for (const char* id : {"0", "17", "18446744073709551615"})
    EXPECT_THAT(refusal([&] { named_network(space, id); }),
                testing::AllOf(HasSubstr(std::string("id ") + id + ":"), HasSubstr("--network \""),
                               HasSubstr(id_text(space.count()))));
  EXPECT_THAT(refusal([&] { named_network(space, "984770902183611232880"); }),
              HasSubstr("984770902183611232880"));
  const Space small(find_preset("shapes-mini")->definition);
  EXPECT_EQ(network_name(small, 17), "17");
  EXPECT_EQ(network_stem(small, 17), "network-17");
  EXPECT_TRUE(named_network(small, "17") == 17);
  require_numbered(small, "17");
}

}  // namespace
}  // namespace flash
