// What a front has been measured of, kept between calls.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/import/device_tables.hpp"

namespace flash {

struct ProxyState {
  Json settings;                      // of the command line: a state is of these alone (any budget may go on)
  std::vector<std::size_t> networks;  // positions in the table, in the order of measuring
  std::vector<double> latency_ms;     // NaN: could not be measured
  std::vector<std::size_t> pending;   // asked for, not yet measured

  void add(std::size_t network, double latency);
  // Nothing where the file is not there. Throws Error bad_data where it is no state or names networks that the table
  // lacks, usage where it is one of other settings, naming the first that differs.
  void read(const std::filesystem::path& path, const DeviceTables& tables);
  void write(const std::filesystem::path& path, const DeviceTables& tables) const;
};

}  // namespace flash
