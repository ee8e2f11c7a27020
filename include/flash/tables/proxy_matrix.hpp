// The archive that `flash proxy matrix -o` writes: of devices, and of no run.
#pragma once

#include <string>
#include <vector>

#include "flash/archive/table.hpp"
#include "flash/devices/monotonicity.hpp"

namespace flash {

struct ProxyMatrix {
  std::vector<std::string> devices{};
  MonotonicityMatrix whole{}, region{};  // over all networks, and over those of interest
  std::vector<std::size_t> clusters{};   // [device]: number of its cluster
  std::vector<double> means{};           // [device]: mean SRCC with the others
  std::string summary{};                 // JSON: region, clusters, proxy
  std::string command_line{};
};

// Of no device it is what every such archive has: attributes, tables and columns, for the schema.
ArchiveContents proxy_matrix_contents(const ProxyMatrix& matrix);
// What an attribute of its root means; "" of one that it has not.
std::string proxy_matrix_meaning(const std::string& attribute);

}  // namespace flash
