// Where a sparse layer's times cross a dense one's.
#include "flash/task/break_even.hpp"

#include <gtest/gtest.h>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using Times = std::vector<SparseTime>;

TEST(BreakEven, LiesBetweenTheSharesNextToIt) {
  EXPECT_DOUBLE_EQ(crossing(2, Times{{0.1, 1}, {0.3, 3}, {1, 9}}), 0.2);
  EXPECT_DOUBLE_EQ(crossing(3, Times{{0.1, 1}, {0.3, 3}, {1, 9}}), 0.3);
}

TEST(BreakEven, IsNothingWhereTheFewestAreSlower) {
  EXPECT_EQ(crossing(0.5, Times{{0.1, 1}, {0.3, 0.4}}), 0);
  EXPECT_EQ(crossing(1, Times{}), 0);
}

TEST(BreakEven, IsTheLargestShareWhereNoneIs) { EXPECT_EQ(crossing(5, Times{{0.1, 1}, {0.7, 2}}), 0.7); }

// A share that happens to be quick above one that is slow does not count.
TEST(BreakEven, EndsAtTheFirstShareThatIsSlower) {
  EXPECT_DOUBLE_EQ(crossing(2, Times{{0.1, 1}, {0.2, 3}, {0.3, 1.5}, {1, 9}}), 0.15);
}

TEST(BreakEven, ComesBackFromJson) {
  const BreakEvenResult result{{{"convolution", 450, 0.5, {{0.1, 0.2}, {1, 1.5}}, 0.25}}, "a processor"};
  const Json json = to_json(result);
  EXPECT_EQ(to_json(break_even_result_from_json(Json::parse(json.dump()))), json);
  BreakEvenSettings settings;
  settings.batch = 4;
  settings.shares = {0.25, 1};
  EXPECT_EQ(to_json(break_even_settings_from_json(to_json(settings))), to_json(settings));
}

TEST(BreakEven, SettingsThatCannotBeAreRefused) {
  const auto refused = [](auto change) {
    BreakEvenSettings settings;
    change(settings);
    try {
      break_even_settings_from_json(to_json(settings));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_job);
      return true;
    }
    return false;
  };
  using S = BreakEvenSettings;
  EXPECT_FALSE(refused([](S&) {}));
  EXPECT_TRUE(refused([](S& s) { s.batch = 0; }));
  EXPECT_TRUE(refused([](S& s) { s.repeats = 0; }));
  EXPECT_TRUE(refused([](S& s) { s.shares = {}; }));
  EXPECT_TRUE(refused([](S& s) { s.shares = {0.5, 0.1}; }));
  EXPECT_TRUE(refused([](S& s) { s.shares = {0, 0.1}; }));
  EXPECT_TRUE(refused([](S& s) { s.shares = {0.5, 1.5}; }));
}

}  // namespace
}  // namespace flash
