// What the settings of a compression can be: by themselves, and for the network that they are meant for.
#pragma once

#include <optional>
#include <string>

#include "flash/network/network_graph.hpp"
#include "flash/task/compression.hpp"

namespace flash {

struct CompressionFault {
  std::string key;   // of section compress
  std::string what;  // "is 0.5; ..."
};
std::optional<CompressionFault> compression_fault(const CompressionSettings& settings);
// What is found when the network is pruned, and so known before it is trained.
std::optional<CompressionFault> compression_fault(const CompressionSettings& settings,
                                                  const NetworkGraph& graph);
// Of both the first, as Error bad_job that begins with "compress.KEY: ".
void check_compression(const CompressionSettings& settings, const NetworkGraph& graph);

// True where every layer is told what it keeps, which leaves nothing to the ratio.
bool layers_say_all(const CompressionSettings& settings, const NetworkGraph& graph);

}  // namespace flash
