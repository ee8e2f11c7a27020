#include "flash/core/memory.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

namespace flash {

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0, resident = 0;
  if (!(file >> size >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

PeakMemory::PeakMemory(const std::filesystem::path& clear_refs) {
  constexpr const char* forget_peak = "5";  // proc(5)
  std::ofstream file(clear_refs);
  forgotten_ = static_cast<bool>(file << forget_peak << std::flush);
}

double PeakMemory::mib() const {
  if (!forgotten_) return std::numeric_limits<double>::quiet_NaN();
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;  // from KiB
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace flash
