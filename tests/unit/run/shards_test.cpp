#include "flash/run/shards.hpp"

#include <gtest/gtest.h>

#include "flash/core/error.hpp"

namespace flash {
namespace {

// The whole message of what must be refused with this code; "accepted" where it is not.
template <typename Call>
std::string refusal(ExitCode code, const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  return "accepted";
}

ShardRun shard_run(const std::string& directory, Shard shard) {
  ShardRun run;
  run.directory = directory;
  run.job.text = "job";
  run.mark = {shard, "digest"};
  return run;
}

std::string refusal_of(const std::vector<ShardRun>& shards) {
  return refusal(ExitCode::bad_data, [&] { require_all_shards(shards); });
}

TEST(Shards, AreNumberedFromOne) {
  EXPECT_EQ(parse_shard("1/1"), (Shard{1, 1}));
  EXPECT_EQ(parse_shard("16/64"), (Shard{16, 64}));
  EXPECT_EQ(name(Shard{16, 64}), "16/64");
  for (const std::string text : {"", "/", "1", "1/", "/1", "0/3", "4/3", "1/0", "-1/3", "+1/3", "1 /3",
                                 "1/3 ", "0x1/3", "1/2/3", "1/99999999999999999999"})
    EXPECT_NE(refusal(ExitCode::usage, [&] { parse_shard(text); }).find("--shard " + text + ":"),
              std::string::npos);
}

TEST(Shards, EveryTaskIsInOneShard) {
  for (const std::uint64_t count : {1u, 2u, 3u, 7u}) {
    for (std::uint64_t task = 0; task < 50; ++task) {
      int holders = 0;
      for (std::uint64_t number = 1; number <= count; ++number) holders += Shard{number, count}.holds(task);
      EXPECT_EQ(holders, 1);
    }
  }
}

TEST(Shards, TheMarkIsKeptAsAnEvent) {
  Results results;
  EXPECT_FALSE(shard_mark(results));
  results.replay(Results::encode(Event{1, "start", "flash sweep"}));
  results.replay(Results::encode(to_event({{2, 3}, "abc"})));
  EXPECT_EQ(shard_mark(results), (ShardMark{{2, 3}, "abc"}));
}

TEST(Shards, ARunStaysWhatItIs) {
  Results fresh, whole, shard;
  whole.add("sweep", 0, StageOutcome{});
  shard.add(to_event({{2, 3}, "abc"}));
  const ShardMark mark{{2, 3}, "abc"};
  require_shard("run", fresh, std::nullopt);
  require_shard("run", fresh, mark);
  require_shard("run", whole, std::nullopt);
  require_shard("run", shard, mark);
  const auto refused = [](ExitCode code, const Results& results, const std::optional<ShardMark>& wanted) {
    return refusal(code, [&] { require_shard("run", results, wanted); });
  };
  EXPECT_EQ(refused(ExitCode::usage, whole, mark),
            "run holds a run that is no shard; use another directory with -o");
  EXPECT_EQ(refused(ExitCode::usage, shard, std::nullopt),
            "run holds shard 2/3 of a sweep (--shard 2/3); use another directory with -o");
  EXPECT_EQ(refused(ExitCode::usage, shard, ShardMark{{1, 3}, "abc"}),
            "run holds shard 2/3 of a sweep, not shard 1/3; use another directory with -o");
  EXPECT_NE(refused(ExitCode::bad_data, shard, ShardMark{{2, 3}, "def"}).find("other models"),
            std::string::npos);
}

TEST(Shards, MustBeAllOfOneSweep) {
  const ShardRun one = shard_run("a", {1, 3}), two = shard_run("b", {2, 3}), three = shard_run("c", {3, 3});
  EXPECT_EQ(refusal_of({one, two, three}), "accepted");
  EXPECT_EQ(refusal_of({three, one, two}), "accepted");
  EXPECT_EQ(refusal_of({one, three}), "shard 2/3 is missing");
  EXPECT_EQ(refusal_of({two}), "shards 1/3, 3/3 are missing");
  EXPECT_EQ(refusal_of({one, two, three, shard_run("d", {2, 3})}), "b and d are both shard 2/3");
  EXPECT_EQ(refusal_of({one, shard_run("d", {2, 4})}), "a and d are shards of different sweeps: 1/3 and 2/4");
  ShardRun other = three;
  other.job.text = "another";
  EXPECT_EQ(refusal_of({one, two, other}), "accepted") << "a comment more makes no other sweep";
  other.mark.digest = "another";
  EXPECT_EQ(refusal_of({one, two, other}), "a and c are shards of different jobs");
  other.job = three.job;
  EXPECT_EQ(refusal_of({one, two, other}), "a and c were swept with different models");
  EXPECT_TRUE(refusal_of({shard_run("a", {1, 1000})}).ends_with("21/1000 and 979 more are missing"));
}

}  // namespace
}  // namespace flash
