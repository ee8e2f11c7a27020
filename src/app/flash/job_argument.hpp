// JOB of a command line: a job file, a run directory or an archive, with what the command line sets of it.
#pragma once

#include <optional>

#include "commands.hpp"
#include "flash/job/job.hpp"
#include "flash/search/models.hpp"

namespace flash {

struct JobArgument {
  Job job;
  std::optional<std::filesystem::path> run;  // where JOB is a run directory
  std::optional<Models> models;              // where it is an archive that has some
};

// Whether cells' compression varies, too. What is said where file_bytes is asked for and it does not.
inline bool searches_compressed(const Arguments& arguments) {
  return arguments.compress || !arguments.compression_file.empty();
}
inline constexpr const char* not_of_dense =
    "file_bytes is of compressed networks: `flash exact RUN --compress` asks for it";

// Throws as read_job, job_of_run and read_archive; Error bad_data for an archive that holds no job.
JobArgument job_argument_of(const Arguments& arguments);

// A job that says nothing but a space, with the preset's own images. Throws Error usage where there is no such preset.
Job job_of_preset(const std::string& name);

}  // namespace flash
