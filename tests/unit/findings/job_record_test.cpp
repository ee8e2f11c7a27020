#include "flash/findings/job_record.hpp"

#include <gmock/gmock.h>

#include "../job/job_text.hpp"
#include "flash/core/error.hpp"

namespace flash {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

JobRecord record(const std::string& text) {
  JobRecord job;
  job.path = "/somewhere/job.toml";
  job.text = text;
  return job;
}

TEST(JobRecord, DiffersInWhatItSaysNotInHow) {
  const JobRecord one = record("[job]\nseed = 4\n[sample]\ncount = 25\n");
  EXPECT_THAT(differences(one, record("# why\n[sample]\ncount=25\n\n[job]\nseed = 4")), IsEmpty());
  EXPECT_THAT(differences(one, record("[job]\nseed = 4\n")), IsEmpty()) << "25 is the default";
  EXPECT_THAT(differences(one, record("[job]\nseed = 5\n[sample]\ncount = 40\n")),
              ElementsAre("job.seed (4, now 5)", "sample.count (25, now 40)"));
}

TEST(JobRecord, OverridesCountAsTheJobs) {
  const JobRecord one = record("[job]\nseed = 4\n");
  JobRecord other = one;
  other.overrides.push_back({"train.device", "cuda"});
  EXPECT_THAT(differences(one, other), ElementsAre("train.device (\"cpu\", now \"cuda\")"));
}

TEST(JobRecord, OfAnotherVersionIsJustAnotherFile) {
  EXPECT_THAT(differences(record("= no TOML"), record("[job]\nseed = 4\n")), ElementsAre("the job file"));
}

TEST(JobRecord, ComesBackFromItsEvent) {
  JobRecord job = record("[job]\nseed = 4\n");
  job.overrides.push_back({"sweep.pareto", true});
  job.images = "ab";
  job.space = {{"wm", {1, 2}}};
  const JobRecord back = job_record_from(to_event(job));
  EXPECT_EQ(back.path, job.path);
  EXPECT_EQ(back.text, job.text);
  EXPECT_EQ(back.images, job.images);
  EXPECT_EQ(back.space, job.space);
  const Job again = job_of(back);
  EXPECT_EQ(again.seed, 4u);
  EXPECT_TRUE(again.sweep.pareto);
  EXPECT_EQ(overrides_text(record_of(again)), overrides_text(job));
}

TEST(JobRecord, ForeignEventsAreRefused) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"path":1,"text":"","overrides":[],"images":"","space":{}})"})
    EXPECT_THROW(job_record_from({1, job_event, text}), Error) << text;
}

TEST(JobRecord, WhatTheCommandLineSetsIsCheckedAsTheFileIs) {
  Job job = parse_job("[job]\nseed = 4\n", "/somewhere/job.toml");
  try {
    override_option(job, "train.device", "gpu!");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), testing::HasSubstr("train.device"));
  }
  EXPECT_TRUE(job.overrides.empty());
}

}  // namespace
}  // namespace flash
