// Running what compresses networks: of flash compress and flash sparsify.
#pragma once

#include <functional>
#include <string>

#include "command_options.hpp"
#include "flash/job/job.hpp"

namespace flash {

// check: what else the command wants of the job, before anything is trained. Returns the exit code.
int run_compressions(const Arguments& arguments, const std::string& verb,
                     const std::function<void(const Job&)>& check);

}  // namespace flash
