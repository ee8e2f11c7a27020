// What a start of a run was asked to do, as the journal keeps it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "flash/job/job.hpp"
#include "flash/job/results.hpp"

namespace flash {

struct JobRecord {
  std::filesystem::path path;  // of the job file, absolute: paths in it are relative to its folder
  std::string text;
  std::vector<Override> overrides;
  std::string images;  // Job::images
  Json space;          // with the input that the images have
};

JobRecord record_of(const Job& job);
Event to_event(const JobRecord& record);  // of kind "job"
// Of all starts, each different one once, in their order. Throws Error bad_data for an event that is none of
// ours.
std::vector<JobRecord> job_records(const Results& results);

// The job of a record, with what the command line had changed; throws as parse_job.
Job job_of(const JobRecord& record);

// The job of a run directory's last start. A run of an earlier version kept the text alone: its paths are
// then taken to be relative to the run's own folder. Throws as read_file and job_of.
JobRecord job_of_run(const std::filesystem::path& run, const Results& results);

// SHA-256 of all that a job's results are made from: its text, what the command line changed, its images, and
// what the files hold that it names. Throws as read_file.
std::string inputs_digest(const Job& job);

// What differs between two jobs, a key each: "sample.count (25, now 40)"; comments, blanks and the order of
// lines are no difference. Where the former is no job of this version: "the job file".
std::vector<std::string> differences(const JobRecord& before, const JobRecord& now);

}  // namespace flash
