#include "flash/run/run.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/worker/worker.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Runs of a job that takes its models from a file: no trainer is needed.
class RunTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("flash_run_test." + std::to_string(::getpid()));
    fs::create_directories(folder_);
    job_ = parse(text_);
    Models models;
    models.space = job_.space;
    models.accuracy = AccuracyModel{1.05, 20, -1};
    models.target = "test";
    models.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 1e-5}, {"layers", 0.02}}};
    write_file_atomically(folder_ / "models.json", to_json(models).dump());
    options_.directory = folder_ / "run";
    options_.quiet = true;
  }
  void TearDown() override { fs::remove_all(folder_); }

  Job parse(const std::string& text) const { return parse_job(text, folder_ / "job.toml"); }

  // Each task waits for nothing; those of `failing` kind fail.
  Executor executor(const std::string& failing = "") {
    const auto real = std::make_shared<TaskWorker>("/no/trainer", 1U, [] { return false; });
    return [=](const Task& task) {
      if (Json::parse(task.input).at("kind") == failing) throw Error(ExitCode::internal, "made to fail");
      return (*real)(task);
    };
  }

  fs::path folder_;
  Farm farm_;
  RunOptions options_;
  Job job_;
  const std::string text_ =
      "[space]\nwidths = [4, 8]\nwm = [1, 2]\ndepths = [3, 4]\n[data]\nside = 8\n[models]\nfile = "
      "\"models.json\"\n[sweep]\nblock = 300\n[search]\nmethods = [\"random\", \"exact\"]\nseeds = 1\n";
};

TEST_F(RunTest, AStageWithAFailedTaskIsNotWhole) {
  flash::Run run(job_, farm_, executor("sweep"), options_);
  const std::vector<Constraints> sets = run.findings().sets();
  EXPECT_TRUE(run.perform(stage_named("sweep")));
  EXPECT_THAT(run.failures(stage_named("sweep")), HasSubstr("tasks failed, the first because: made to fail"));
  EXPECT_TRUE(run.sweep_summaries(sets).empty());
  EXPECT_EQ(run.sweep_seconds(), 0);
  EXPECT_EQ(run.failures(stage_named("compare")), "");
  EXPECT_NO_THROW(run.write());
}

TEST_F(RunTest, FailuresOfAnEarlierStartAreTriedAgainWhereAskedFor) {
  {
    flash::Run run(job_, farm_, executor("sweep"), options_);
    run.perform(stage_named("sweep"));
  }
  {
    flash::Run run(job_, farm_, executor(), options_);
    run.perform(stage_named("sweep"));
    EXPECT_NE(run.failures(stage_named("sweep")), "") << "what failed is neither done nor forgotten";
  }
  options_.retry_failed = true;
  flash::Run run(job_, farm_, executor(), options_);
  run.perform(stage_named("sweep"));
  EXPECT_EQ(run.failures(stage_named("sweep")), "");
}

TEST_F(RunTest, StatusSaysThatACommandHasFailed) {
  const auto state = [&] {
    return Json::parse(read_file(*options_.directory / "status.json")).at("state").get<std::string>();
  };
  try {
    flash::Run run(job_, farm_, executor(), options_);
    run.perform(stage_named("sweep"));
    throw Error(ExitCode::io, "the disk is full");
  } catch (const Error&) {
  }
  EXPECT_EQ(state(), "failed");
  flash::Run(job_, farm_, executor(), options_).write();
  EXPECT_EQ(state(), "idle");
}

// A rate is of the time in which blocks were swept, whatever start that was in.
TEST_F(RunTest, TheSecondsOfASweepAreThoseOfAllStarts) {
  double first = 0;
  {
    flash::Run run(job_, farm_, executor(), options_);
    const std::vector<Constraints> sets = run.findings().sets();
    ASSERT_TRUE(run.perform(stage_named("sweep")));
    first = run.sweep_seconds();
    EXPECT_GT(first, 0);
  }
  flash::Run run(job_, farm_, executor("sweep"), options_);
  ASSERT_TRUE(run.perform(stage_named("sweep")));
  EXPECT_EQ(run.failures(stage_named("sweep")), "") << "nothing was left to do";
  EXPECT_EQ(run.sweep_seconds(), first);
}

TEST_F(RunTest, FitsAndConstraintSetsAreMadeOnce) {
  flash::Run run(job_, farm_, executor(), options_);
  const Models* models = &run.findings().models();
  const std::vector<Constraints>* sets = &run.findings().sets();
  ASSERT_TRUE(run.perform(stage_named("sweep")));
  ASSERT_TRUE(run.perform(stage_named("compare")));
  run.write();
  EXPECT_EQ(&run.findings().models(), models);
  EXPECT_EQ(&run.findings().sets(), sets);
}

TEST_F(RunTest, AnotherSpaceIsAnotherJobAlsoWhereOnlySweepsWouldBeLost) {
  {
    flash::Run run(job_, farm_, executor(), options_);
    run.perform(stage_named("sweep"));
  }
  const std::string before = read_file(*options_.directory / "journal");
  Job other = parse(std::string(text_).replace(text_.find("[3, 4]"), 6, "[3, 5]"));
  try {
    flash::Run run(other, farm_, executor(), options_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("another job"));
    EXPECT_THAT(error.what(), HasSubstr("space.depths ([3,4], now [3,5])"));
  }
  EXPECT_EQ(read_file(*options_.directory / "journal"), before);
  options_.again = true;
  EXPECT_NO_THROW(flash::Run(other, farm_, executor(), options_));
}

// Journals of earlier versions do not say what their results were made from.
TEST_F(RunTest, AnEarlierVersionsSweepIsMadeAnew) {
  fs::create_directories(*options_.directory);
  write_file_atomically(*options_.directory / "job.toml", text_);
  {
    Journal journal(*options_.directory / "journal");
    StageOutcome old;
    old.ok = true;
    old.output = {{"count", 1}};
    const Record record = Results::encode("sweep", 0, old);
    journal.append(record.type, record.payload);
  }
  flash::Run run(job_, farm_, executor(), options_);
  const std::vector<Constraints> sets = run.findings().sets();
  ASSERT_TRUE(run.perform(stage_named("sweep")));
  EXPECT_EQ(run.sweep_summaries(sets).size(), sets.size());
}

}  // namespace
}  // namespace flash
