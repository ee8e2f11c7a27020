// This process's memory.
#pragma once

#include <cstdint>
#include <filesystem>

namespace flash {

std::uint64_t resident_bytes();  // now, as /proc/self/statm tells; 0 where it cannot be read

// Resident memory at its highest since this object was made. Linux keeps the peak of the process's whole life
// and forgets it on request; where the request fails, the figure would be that of earlier work.
class PeakMemory {
 public:
  explicit PeakMemory(const std::filesystem::path& clear_refs = "/proc/self/clear_refs");
  double mib() const;  // NaN where the peak could not be forgotten or cannot be read

 private:
  bool forgotten_;
};

}  // namespace flash
