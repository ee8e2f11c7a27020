#include "flash/core/clock.hpp"

#include <gtest/gtest.h>

namespace flash {
namespace {

TEST(ProcessSeconds, AreThoseSinceTheProcessStarted) {
  const double before = process_seconds();
  EXPECT_GT(before, 0);
  EXPECT_LT(before, 60);
  const Stopwatch watch;
  while (watch.seconds() < 0.05) {
  }
  EXPECT_GE(process_seconds(), before + 0.05);
}

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
