#include "flash/core/number.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace flash {
namespace {

TEST(Number, WholeOnesAreDecimalDigitsAlone) {
  EXPECT_EQ(whole_number("0"), 0U);
  EXPECT_EQ(whole_number("010"), 10U);
  EXPECT_EQ(whole_number("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  for (const char* text :
       {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "1_000", "18446744073709551616", "nan", "１"})
    EXPECT_FALSE(whole_number(text)) << text;
}

TEST(Number, DecimalOnesAreFinite) {
  EXPECT_EQ(decimal_number("2"), 2.0);
  EXPECT_EQ(decimal_number("-0.5"), -0.5);
  EXPECT_EQ(decimal_number("1e-3"), 1e-3);
  for (const char* text : {"", "nan", "inf", "-inf", "1e400", "0x1p3", "+1", " 1", "1 ", "1,5", "1s"})
    EXPECT_FALSE(decimal_number(text)) << text;
}

}  // namespace
}  // namespace flash
