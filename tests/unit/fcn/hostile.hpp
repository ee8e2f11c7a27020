// What must hold of any bytes that come as a compressed network.
#pragma once

#include <zlib.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/runtime.hpp"

namespace flash {

// With a checksum that fits, so that readers get behind it.
inline std::string mended(std::string bytes) {
  if (bytes.size() < 8) return bytes;
  const std::size_t body = bytes.size() - 4;
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(body));
  for (std::size_t k = 0; k < 4; ++k) bytes[body + k] = static_cast<char>(sum >> (8 * k));
  return bytes;
}

// Whether the file is taken: then it is written and read as the same again, and small ones are run. Throws what is none
// of a reader's errors.
inline bool taken(const std::string& file) {
  CompressedNetwork network{NetworkGraph(1, 1), {}, {}, {}};
  try {
    network = network_of_fcn(file);
  } catch (const Error& error) {
    if (error.code() != ExitCode::bad_data || std::string(error.what()).find('\n') != std::string::npos)
      throw std::logic_error("refused otherwise than with a line of bad data");
    return false;
  }
  const std::string again = fcn_file(network);
  if (fcn_file(network_of_fcn(again)) != again) throw std::logic_error("a network changes when stored");
  std::int64_t work = 0;
  for (const NetworkGraph::Node& node : network.graph.nodes())
    work += node.op.macs() + node.op.values_out() * (node.op.pools() ? node.op.kernel * node.op.kernel : 1) +
            std::int64_t{node.op.in} * (node.op.side_in + 2 * node.op.padding + node.op.stride) *
                (node.op.side_in + 2 * node.op.padding + node.op.stride);
  if (work > 2'000'000) return true;
  const SparseRuntime runtime(network);
  const std::vector<std::uint8_t> images(17 * runtime.values_per_image(), 200);
  if (runtime.logits(images, 17).size() != 17 * runtime.classes())
    throw std::logic_error("logits are missing");
  return true;
}

}  // namespace flash
