#include "flash/space/network_text.hpp"

#include <gmock/gmock.h>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/space/presets.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

std::string refusal(const Space& space, const std::string& text) {
  try {
    parse_network(space, text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    return error.what();
  }
  ADD_FAILURE() << text << " is taken";
  return "";
}

Space space_of(const char* preset) { return Space(find_preset(preset)->definition); }

TEST(NetworkText, RoundTripInEveryPreset) {
  Philox random(1);
  for (const Preset& preset : presets()) {
    const Space space(preset.definition);
    for (int i = 0; i < 200; ++i) {
      const std::uint64_t id = i == 0 ? 0 : i == 1 ? space.size() - 1 : random.bits64() % space.size();
      EXPECT_EQ(parse_network(space, network_text(space, id)), id) << preset.name;
    }
  }
}

TEST(NetworkText, EqualDepthsAreOneValueAndSeparateOnesAList) {
  const Space equal = space_of("flash-63b");
  EXPECT_EQ(network_text(equal, equal.id({2, {9, 9, 9}, {3, 0, 12}})), "wm=2 depth=9 tc=3,0,12");
  const Space separate = space_of("cifar-small");
  EXPECT_EQ(network_text(separate, separate.id({1, {9, 4, 9}, {3, 0, 12}})), "wm=1 depth=9,4,9 tc=3,0,12");
  const Space mlp = space_of("mnist-mlp");
  EXPECT_EQ(network_text(mlp, mlp.id({4, {10}, {7}})), "wm=4 depth=10 tc=7");
}

TEST(NetworkText, AxesInAnyOrderWithAnyBlanks) {
  const Space space = space_of("flash-63b");
  EXPECT_EQ(parse_network(space, "  tc=3,0,12   depth=9 wm=2 "),
            parse_network(space, "wm=2 depth=9 tc=3,0,12"));
}

TEST(NetworkText, WhatIsNoNetworkIsRefusedWithTheReason) {
  const Space space = space_of("flash-63b");
  EXPECT_THAT(refusal(space, ""), HasSubstr("wm is missing"));
  EXPECT_THAT(refusal(space, "wm=2 depth=9"), HasSubstr("tc is missing"));
  EXPECT_THAT(refusal(space, "wm=2 depth=9 tc=3,0,12 wm=2"), HasSubstr("wm is there twice"));
  EXPECT_THAT(refusal(space, "wm=2 depth=9 skips=3,0,12"), HasSubstr("'skips=3,0,12' names no axis"));
  EXPECT_THAT(refusal(space, "wm=2 depth=nine tc=3,0,12"), HasSubstr("depth: 'nine' is no integer"));
  EXPECT_THAT(refusal(space, "wm=2 depth=9 tc=3,,12"), HasSubstr("tc: '' is no integer"));
  EXPECT_THAT(refusal(space, "wm=2 depth=9 tc=3,0,"), HasSubstr("tc: '' is no integer"));
  EXPECT_THAT(refusal(space, "wm= depth=9 tc=3,0,1"), HasSubstr("wm: '' is no integer"));
  EXPECT_THAT(refusal(space, "wm=2 depth=9 tc=3,0"), HasSubstr("tc has 2 values, and takes 3"));
  EXPECT_THAT(refusal(space, "wm=2 depth=9,9,9 tc=3,0,12"), HasSubstr("depth has 3 values, and takes 1"));
  EXPECT_THAT(refusal(space, "wm=7 depth=9 tc=3,0,12"), HasSubstr("wm 7 is not in the list"));
  EXPECT_THAT(refusal(space, "wm=2 depth=9 tc=3,0,99999999999"), HasSubstr("is no integer"));
}

}  // namespace
}  // namespace flash
