// Paths as they stand in a job file.
#pragma once

#include <filesystem>
#include <string>

#include "flash/job/job.hpp"

namespace flash {

// ${NAME} replaced by the environment's value, then relative to the job file's folder; absolute and without
// "..". Touches no file. Throws std::invalid_argument: an unset variable, a brace left open, an empty path.
std::filesystem::path job_path(const Job& job, const std::string& text);

}  // namespace flash
