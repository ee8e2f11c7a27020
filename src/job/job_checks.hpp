// What no single key can tell: keys that contradict each other or the space.
#pragma once

#include "flash/config/document.hpp"
#include "flash/config/errors.hpp"
#include "flash/job/job.hpp"

namespace flash {

using JobDocument = ConfigDocument;
using JobErrors = ConfigErrors;

// Each check looks only at sections that are without errors so far, so that no error shows up twice.
void check_job(const Job& job, const JobDocument& document, JobErrors& errors);

// The space by itself, with the input it has.
void check_space(const Job& job, const JobDocument& document, JobErrors& errors);

}  // namespace flash
