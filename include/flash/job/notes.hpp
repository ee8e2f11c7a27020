// What is right in a job but hardly meant.
#pragma once

#include <string>
#include <vector>

#include "flash/job/job.hpp"

namespace flash {

// Job::notes anew, with what the command line has set: a line each, with key, and file and line where that is the
// file's.
std::vector<std::string> notes_on(const Job& job);

}  // namespace flash
