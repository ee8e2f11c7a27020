// Where the job of a run is.
#pragma once

#include <filesystem>

#include "flash/job/results.hpp"

namespace flash {

// A run's copy of its job keeps relative paths, which lead from the folder of the job file that the run was
// started with. The journal has that command: the file it names is taken where it is there and unchanged, the
// copy otherwise.
std::filesystem::path job_file_of(const std::filesystem::path& run, const Results& results);

}  // namespace flash
