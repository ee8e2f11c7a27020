// Paths as they stand in a job file.
#pragma once

#include <filesystem>
#include <string>

#include "flash/job/job.hpp"

namespace flash {

// ${NAME} replaced by the environment's value, then relative to the job file's folder; absolute and without
// "..". Touches no file. Where a variable is not set, the path keeps its ${NAME}: not every command needs
// every file. Throws std::invalid_argument: a brace left open, an empty path.
std::filesystem::path job_path(const Job& job, const std::string& text);

// Whether a path of job_path lacks a variable.
bool is_unset(const std::filesystem::path& path);

// Throws Error bad_job, with line and key, where a path that is to be read now lacks a variable.
void require_set(const Job& job, const char* section, const char* key, const std::filesystem::path& path);

}  // namespace flash
