// What this machine computes with.
#pragma once

#include <string>

namespace flash {

std::string processor_name();  // "Intel(R) Xeon(R) CPU E5-2680", else its architecture: "aarch64"

}  // namespace flash
