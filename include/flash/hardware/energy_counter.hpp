// The processor's own energy counters, as Linux shows them (powercap; RAPL of Intel and AMD processors).
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace flash {

// Adds up the packages of the machine: their cores, caches and memory controllers, whoever uses them, idle
// power included. Most machines let root alone read them, virtual ones have none: energy is then absent,
// never made up.
class EnergyCounter {
 public:
  explicit EnergyCounter(const std::filesystem::path& root = "/sys/class/powercap");
  bool readable() const { return !packages_.empty(); }
  // Joules since this object was made; NaN where nothing is readable. The counters start anew after some
  // minutes at full load: ask at least once a minute.
  double joules();

 private:
  struct Package {
    std::filesystem::path file;
    std::uint64_t last = 0;   // microjoules
    std::uint64_t range = 0;  // where the counter starts anew
  };
  std::vector<Package> packages_;
  std::uint64_t microjoules_ = 0;
};

}  // namespace flash
