// Latencies of the same networks on many devices.
#pragma once

#include <string>
#include <vector>

#include "flash/devices/encoding.hpp"

namespace flash {

struct DeviceTable {
  std::vector<std::string> networks;  // a name of each: an id, or the network in words
  Encoding encoding;                  // of each
  std::vector<std::string> devices;   // names: "titanx_256"; batch size and runtime make a device of its own
  std::vector<std::vector<double>> latency_ms;  // [device][network], > 0; NaN: not measured
  std::vector<double> accuracy;                 // [network], a fraction; NaN: unknown; empty: of none
};

}  // namespace flash
