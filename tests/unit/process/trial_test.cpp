#include "flash/process/trial.hpp"

#include <csignal>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace flash {
namespace {

using ::testing::HasSubstr;

constexpr unsigned patience_s = 60;

TEST(Trial, WhatGoesWellLeavesNoTrace) {
  int touched = 0;
  EXPECT_EQ(death_of_trial([&] { touched = 1; }, patience_s), "");
  EXPECT_EQ(touched, 0);
}

TEST(Trial, WhatIsThrownIsNoDeath) {
  EXPECT_EQ(death_of_trial([] { throw std::runtime_error("no"); }, patience_s), "");
}

TEST(Trial, SaysHowTheCopyDied) {
  EXPECT_EQ(death_of_trial([] { ::_exit(3); }, patience_s), "exited with code 3");
  EXPECT_EQ(death_of_trial([] { std::raise(SIGSEGV); }, patience_s),
            "was killed by signal 11 (Segmentation fault)");
}

TEST(Trial, DoesNotWaitForever) {
  EXPECT_THAT(death_of_trial(
                  [] {
                    for (;;) ::pause();
                  },
                  1),
              HasSubstr("signal 14"));
}

}  // namespace
}  // namespace flash
