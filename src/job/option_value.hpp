// From what stands in a job file to the value of an option.
#pragma once

#include "flash/job/options.hpp"

namespace flash {

// Checks type, range and choice, and stores. Throws std::invalid_argument: what is wrong and what is allowed.
void store_option(const Option& option, const Json& written, Job& job);

// The values of "5..23" or "5..23:2". Throws std::invalid_argument.
Json range_values(const std::string& text);

}  // namespace flash
