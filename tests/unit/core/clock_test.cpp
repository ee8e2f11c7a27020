#include "flash/core/clock.hpp"

#include <gtest/gtest.h>

namespace flash {
namespace {

TEST(UtcText, FormatsAsIso8601) {
  EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_text(1700000000.7), "2023-11-14T22:13:20Z");
}

TEST(Stopwatch, NeverRunsBackwards) {
  const Stopwatch watch;
  const double first = watch.seconds();
  EXPECT_GE(first, 0);
  EXPECT_GE(watch.seconds(), first);
}

}  // namespace
}  // namespace flash
