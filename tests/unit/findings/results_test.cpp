#include "flash/findings/results.hpp"

#include <gtest/gtest.h>

#include "flash/core/error.hpp"

namespace flash {
namespace {

StageOutcome outcome(double accuracy) {
  StageOutcome value;
  value.ok = true;
  value.output = {{"accuracy", accuracy}};
  value.attempt = 2;
  value.rank = 3;
  value.host = "node\"1";
  value.t_start = 1.25;
  value.t_end = 0.1 + 0.2;
  return value;
}

StageOutcome made_from(const std::string& inputs, double accuracy) {
  StageOutcome made = outcome(accuracy);
  made.inputs = inputs;
  return made;
}

TEST(Results, ReplayGivesBackWhatWasEncoded) {
  Results results;
  results.replay(Results::encode("train", 18446744073709551615ULL, outcome(1.0 / 3)));
  const Results::Stage& stage = results.stage("train");
  ASSERT_EQ(stage.size(), 1u);
  const auto& [id, kept] = *stage.begin();
  EXPECT_EQ(id, 18446744073709551615ULL);
  EXPECT_TRUE(kept.ok);
  EXPECT_EQ(kept.output.at("accuracy").get<double>(), 1.0 / 3);
  EXPECT_EQ(kept.attempt, 2);
  EXPECT_EQ(kept.rank, 3);
  EXPECT_EQ(kept.host, "node\"1");
  EXPECT_EQ(kept.t_end, 0.1 + 0.2);
}

TEST(Results, TasksOfMoreThan64BitsAreTextsInTheJournal) {
  const TaskId word = TaskId{1} << 64;
  Results results;
  for (const TaskId id : {TaskId{17}, word - 1, word, 53 * word + 12345}) {
    const Record record = Results::encode("train", id, made_from("a", 0.5));
    const Json written = Json::parse(record.payload).at("id");
    EXPECT_EQ(written.is_string(), id >= word);
    EXPECT_EQ(id >= word ? written.get<std::string>() : written.dump(), id_text(id));
    results.replay(record);
    EXPECT_TRUE(results.stage("train").contains(id));
  }
  EXPECT_EQ(results.stage("train").size(), 4u);
  const std::vector<StageTask> wanted{{word, 1, "", "a"}, {53 * word + 12345, 1, "", "b"}};
  const Results::Selection selection = results.select("train", wanted);
  EXPECT_EQ(selection.held, 1u);
  EXPECT_EQ(selection.remade, 1u);
  for (const char* id : {"\"12x\"", "\"\"", "-1", "1.5", "\"340282366920938463463374607431768211456\""}) {
    Record record = Results::encode("train", 17, outcome(0.5));
    record.payload.replace(record.payload.find("17"), 2, id);
    EXPECT_THROW(results.replay(record), Error) << id;
  }
}

TEST(Results, KeepFailuresAndEvents) {
  Results results;
  StageOutcome failed;
  failed.error = "killed by signal 9\nsecond line \xff";
  results.replay(Results::encode("train", 1, failed));
  results.replay(Results::encode(Event{2.5, "stop", "STOP file"}));
  EXPECT_FALSE(results.stage("train").at(1).ok);
  EXPECT_NE(results.stage("train").at(1).error.find("signal 9"), std::string::npos);
  ASSERT_EQ(results.events().size(), 1u);
  EXPECT_EQ(results.events()[0].kind, "stop");
}

TEST(Results, ALaterOutcomeOfATaskReplacesTheEarlier) {
  Results results;
  results.add("train", 4, StageOutcome{});
  results.add("train", 4, outcome(0.5));
  EXPECT_TRUE(results.stage("train").at(4).ok);
  EXPECT_EQ(results.size(), 1u);
}

std::vector<StageTask> tasks(const std::vector<std::pair<std::uint64_t, std::string>>& wanted) {
  std::vector<StageTask> list;
  for (const auto& [id, inputs] : wanted) list.push_back({id, 1, "", inputs});
  return list;
}

TEST(Results, CountByTheirInputs) {
  Results results;
  results.add("train", 1, made_from("a", 0.1));
  results.add("train", 2, made_from("b", 0.2));
  results.add("train", 3, made_from("c", 0.3));
  const Results::Selection selection = results.select("train", tasks({{1, "a"}, {2, "other"}, {4, "d"}}));
  EXPECT_EQ(selection.held, 1u);
  EXPECT_EQ(selection.remade, 1u);
  EXPECT_EQ(selection.dropped, 1u);
  EXPECT_EQ(results.stage("train").size(), 1u);
  EXPECT_EQ(results.superseded().size(), 2u);
  EXPECT_EQ(results.superseded()[0].stage, "train");
}

TEST(Results, FollowTheirTaskToAnotherNumber) {
  Results results;
  results.add("sweep", 1, made_from("a", 0.1));
  results.add("sweep", 2, made_from("b", 0.2));
  const Results::Selection selection = results.select("sweep", tasks({{1, "b"}, {2, "a"}}));
  EXPECT_EQ(selection.held, 2u);
  EXPECT_EQ(selection.remade, 0u);
  EXPECT_EQ(results.stage("sweep").at(1).output.at("accuracy"), 0.2);
  EXPECT_EQ(results.stage("sweep").at(2).output.at("accuracy"), 0.1);
  EXPECT_TRUE(results.superseded().empty());
}

TEST(Results, CountAgainWhereTheirInputsAreAskedForAgain) {
  Results results;
  results.add("train", 1, made_from("before", 0.1));
  results.select("train", tasks({{1, "now"}}));
  results.add("train", 1, made_from("now", 0.2));
  EXPECT_EQ(results.select("train", tasks({{1, "before"}})).held, 1u);
  EXPECT_EQ(results.stage("train").at(1).output.at("accuracy"), 0.1);
  ASSERT_EQ(results.superseded().size(), 1u);
  EXPECT_EQ(results.superseded()[0].outcome.output.at("accuracy"), 0.2);
}

TEST(Results, ASuccessIsTakenBeforeAFailureOfTheSameInputs) {
  Results results;
  StageOutcome failed;
  failed.inputs = "a";
  results.add("train", 7, made_from("a", 0.5));
  results.select("train", tasks({}));
  results.add("train", 8, failed);
  results.select("train", tasks({}));
  EXPECT_EQ(results.select("train", tasks({{7, "a"}})).held, 1u);
  EXPECT_TRUE(results.stage("train").at(7).ok);
}

TEST(Results, OfOtherInputsSupersedeEachOtherInTheJournalToo) {
  Results results;
  results.replay(Results::encode("train", 1, made_from("a", 0.1)));
  results.replay(Results::encode("train", 1, made_from("b", 0.2)));
  EXPECT_EQ(results.stage("train").at(1).inputs, "b");
  ASSERT_EQ(results.superseded().size(), 1u);
  EXPECT_EQ(results.superseded()[0].outcome.inputs, "a");
}

// As earlier versions wrote them.
TEST(Results, ThatDoNotSayTheirInputsCountWhereTheyAreTrusted) {
  Results results;
  results.add("train", 1, outcome(0.1));
  Results distrusted = results;
  EXPECT_EQ(distrusted.select("train", tasks({{1, "a"}})).remade, 1u);
  EXPECT_EQ(results.select("train", tasks({{1, "a"}}), true).held, 1u);
  EXPECT_EQ(results.stage("train").at(1).inputs, "a");
}

TEST(Results, AnEarlierVersionsStageEndsWhereItIsBegunWithAnotherDigest) {
  Results results;
  results.add({1, "begin", "sweep a1"});
  results.add("sweep", 1, outcome(0.1));
  results.add({2, "begin", "sweep a1"});
  EXPECT_EQ(results.stage("sweep").size(), 1u);
  results.add("compare", 7, outcome(0.2));
  results.add({3, "begin", "sweep b2"});
  EXPECT_TRUE(results.stage("sweep").empty());
  EXPECT_EQ(results.stage("compare").size(), 1u);
  EXPECT_EQ(results.superseded().size(), 1u);
}

TEST(Results, RefuseForeignRecords) {
  Results results;
  for (const Record& bad : {Record{1, "{"}, Record{1, "{}"}, Record{9, "{}"}, Record{2, R"({"time":"x"})"},
                            Record{1, R"({"stage":"train","id":-1,"ok":true})"}}) {
    try {
      results.replay(bad);
      ADD_FAILURE() << bad.payload;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
    }
  }
  EXPECT_EQ(results.size(), 0u);
}

// Copying what is nested a hundred thousand deep would overflow the stack.
TEST(Results, RefuseDeepRecords) {
  const Json task{{"stage", "train"}, {"id", 1},      {"ok", true},   {"attempt", 1},
                  {"rank", 0},        {"host", "n1"}, {"t_start", 0}, {"t_end", 1}};
  std::string text = task.dump();
  text.insert(text.size() - 1, ",\"output\":" + std::string(100'000, '[') + std::string(100'000, ']'));
  Results results;
  EXPECT_THROW(results.replay({1, text}), Error);
}

TEST(Results, AnUnknownStageIsEmpty) { EXPECT_TRUE(Results().stage("none").empty()); }

}  // namespace
}  // namespace flash
