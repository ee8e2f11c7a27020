// This process's memory.
#pragma once

#include <cstdint>

namespace flash {

std::uint64_t resident_bytes();  // now, as /proc/self/statm tells; 0 where it cannot be read

}  // namespace flash
