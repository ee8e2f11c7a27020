// The registry of a job file's keys.
#pragma once

#include "flash/config/registry.hpp"
#include "flash/job/job.hpp"

namespace flash {

using Option = OptionOf<Job>;
const Registry<Job>& options();

}  // namespace flash
