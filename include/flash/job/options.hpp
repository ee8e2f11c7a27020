// The registry of a job file's keys.
#pragma once

#include <string>

#include "flash/config/registry.hpp"
#include "flash/job/job.hpp"

namespace flash {

using Option = OptionOf<Job>;
const Registry<Job>& options();

inline constexpr const char* device_rule = "cpu | cuda | cuda:N";
bool is_device(const std::string& text);  // of LibTorch, by that rule

}  // namespace flash
