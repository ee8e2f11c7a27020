// What is right in a job file but hardly meant.
#pragma once

#include <string>
#include <vector>

#include "job_checks.hpp"

namespace flash {

// A line each, with file, line and key: ranges whose step leaves out the end that is written.
std::vector<std::string> notes_on(const Job& job, const JobDocument& document);

}  // namespace flash
