#include "flash/run/status.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace flash {
namespace {

using testing::HasSubstr;

Outcome outcome(int rank, bool ok, double seconds) {
  Outcome outcome;
  outcome.rank = rank;
  outcome.ok = ok;
  outcome.t_start = 100;
  outcome.t_end = 100 + seconds;
  return outcome;
}

Status example() {
  StageStatus stage("train", 20, 5);
  stage.add(outcome(0, true, 1e6), true);
  stage.add(outcome(1, true, 0), true);
  stage.add(outcome(1, false, 0), false);
  return stage.now("running", 2, 30, {{"a", 0, 3 << 20}, {"b", 25, 0}});
}

TEST(Status, TasksByStateAddUp) {
  const Status status = example();
  EXPECT_EQ(status.done, 7U);  // five of earlier starts
  EXPECT_EQ(status.failed, 1U);
  EXPECT_EQ(status.running, 2U);
  EXPECT_EQ(status.waiting, 10U);
  EXPECT_GT(status.rate_per_s, 0);
  ASSERT_EQ(status.ranks.size(), 2U);
  EXPECT_EQ(status.ranks[0].memory_mib, 3U);
  EXPECT_EQ(status.ranks[0].busy, 1);
  EXPECT_EQ(status.ranks[1].done, 1U);
  EXPECT_EQ(status.ranks[1].failed, 1U);
}

TEST(Status, JsonAndBack) {
  const Json json = to_json(example());
  EXPECT_EQ(to_json(status_from_json(json)), json);
  EXPECT_TRUE(std::isnan(status_from_json(Json::object()).seconds_left));
}

TEST(Status, TextNamesSilentRanks) {
  EXPECT_THAT(status_text(example()), HasSubstr("rank 1 on b"));
  EXPECT_THAT(status_text(example()), HasSubstr("silent for 25 s"));
  EXPECT_EQ(status_text({}), "");
}

}  // namespace
}  // namespace flash
