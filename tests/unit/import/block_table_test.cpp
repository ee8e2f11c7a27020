// Latencies of networks from those of their blocks.
#include "flash/import/block_table.hpp"

#include <algorithm>

#include "device_case.hpp"

namespace flash::test {
namespace {

using testing::HasSubstr;

// Two places of 4 channels behind a stem, each a block of kernel 3 or 5 or nothing; then 8 channels and the classes.
SpaceDefinition small_space() {
  SpaceDefinition definition = find_preset("choice-cifar")->definition;
  definition.settings["operators"] = {"k3: inverted k3 e2", "k5: inverted k5 e2", "skip: skip"};
  definition.settings["stages"] = {"4 x1 = convolution k3", "4 x2", "8 x1 = convolution k1"};
  definition.input = {3, 16, 10};
  return definition;
}

constexpr const char* blocks =
    "type,in_h,in_w,in_c,out_h,out_w,out_c,expand,kernel,stride,mean_ms,var\n"
    "Conv,16,16,3,16,16,4,,,,1,9\n"
    "Conv_1,16,16,4,16,16,8,,,,2,9\n"
    "Logits,16,16,8,1,1,10,,,,4,9\n"
    "expanded_conv,16,16,4,16,16,4,2.0,3.0,1.0,8,9\n"
    "expanded_conv,16,16,4,16,16,4,2.0,5.0,1.0,16,9\n";

class BlockTables : public DeviceCase {
 protected:
  BlockTable table(const std::string& text) const { return BlockTable(file("blocks.csv", text)); }
  std::string refused(const std::string& text) const {
    return refusal_of([&] { table(text); }, text);
  }
  const Space space{small_space()};
};

TEST_F(BlockTables, AddUp) {
  const BlockTable found = table(blocks);
  const double own[] = {8, 16, 0};
  for (std::uint64_t id = 0; id < space.size(); ++id) {
    const Point point = space.point(id);
    double sum = 1 + 2 + 4;
    for (const std::int64_t option : point.options) sum += own[option];
    EXPECT_DOUBLE_EQ(found.latency_ms(space, point), sum) << network_text(space, point);
  }
}

TEST_F(BlockTables, WhatIsWrongIsOneLine) {
  const std::string all = blocks;
  const std::string fewer = all.substr(0, all.rfind("expanded_conv"));
  const BlockTable found = table(fewer);
  EXPECT_DOUBLE_EQ(found.latency_ms(space, space.point(0)), 23);
  EXPECT_THAT(
      refusal_of([&] { found.latency_ms(space, space.point(1)); }, fewer),
      HasSubstr("has no row for the block 16x16x4 -> 16x16x4, expand 2, kernel 5, stride 1, which networks"));
  EXPECT_THAT(refused(""), HasSubstr("holds no row"));
  EXPECT_THAT(refused("id,a_ms\n1,2\n"), HasSubstr(":1: has no column 'in_h'"));
  EXPECT_THAT(refused(all + "expanded_conv,16,16,4,16,16,4,2.0,5.0,1.0,16,9\n"),
              HasSubstr(":7: has the block 16x16x4 -> 16x16x4, expand 2, kernel 5, stride 1 a second time"));
  EXPECT_THAT(refused(all + "Conv,1,1,3,1,1,4,,,,0,9\n"),
              HasSubstr(":7: column 'mean_ms' is 0; a latency is positive"));
  EXPECT_THAT(refused(all + "Conv,1,1,3,1,1,4,,,,fast,9\n"), HasSubstr(":7: column 'mean_ms' holds 'fast'"));
  EXPECT_THAT(refused(all + "Conv,1,1,3.5,1,1,4,,,,1,9\n"),
              HasSubstr(":7: column 'in_c' is 3.5; a whole number"));
  std::string renamed = all;
  renamed.replace(renamed.find(",var"), 4, ",b_ms");
  EXPECT_THAT(refused(renamed), HasSubstr(":1: has 2 columns of latencies"));
}

}  // namespace
}  // namespace flash::test
