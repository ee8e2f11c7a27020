// What a start of a run was asked to do, as the journal keeps it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"

namespace flash {

struct JobRecord {
  std::filesystem::path path;  // of the job file, absolute: paths in it are relative to its folder
  std::string text;
  std::vector<Override> overrides;
  std::string images;  // Job::images
  Json space;          // with the input that the images have
};

inline constexpr const char* job_event = "job";  // the kind of event that holds one

JobRecord record_of(const Job& job);
std::string overrides_text(const JobRecord& record);  // JSON: [["train.device", "cuda"], ...]
Event to_event(const JobRecord& record);
JobRecord job_record_from(const Event& event);  // throws Error bad_data where it is none of ours

// The job of a record, with what the command line had changed; throws as parse_job.
Job job_of(const JobRecord& record);

// The job of a run directory's last start. A run of an earlier version kept the text alone: its paths are
// then taken to be relative to the run's own folder. Throws as read_file and job_of.
JobRecord job_of_run(const std::filesystem::path& run, const Results& results);

// SHA-256 of all that a job's results are made from: its text, what the command line changed, its images, and
// what the files hold that it names. Throws as read_file.
std::string inputs_digest(const Job& job);

// What a job says, by "section.key", defaults included.
std::map<std::string, Json> job_settings(const JobRecord& record);

// What differs between two jobs, a key each: "sample.count (25, now 40)"; comments, blanks and the order of
// lines are no difference. Where the former is no job of this version: "the job file".
std::vector<std::string> differences(const JobRecord& before, const JobRecord& now);

}  // namespace flash
