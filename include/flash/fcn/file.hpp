// .fcn: a compressed network in one file, whose size is the claim. The format: data/networks/FORMAT.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "flash/fcn/compressed_network.hpp"

namespace flash {

// Where a file's bytes go.
struct FileParts {
  std::size_t header = 0;  // topology, normalisation, checksum
  std::size_t masks = 0;   // which weights are kept
  std::size_t values = 0;  // what the kept ones are, and steps, bases, lengths
  std::size_t biases = 0;  // biases, scales and shifts of norms
  std::size_t all() const { return header + masks + values + biases; }
};

// The same bytes for the same network. Throws Error internal where node and graph do not fit together, bad_data where
// the format does not allow a network of that size.
std::string fcn_file(const CompressedNetwork& network, FileParts* parts = nullptr);

// Throws Error bad_data, saying what is wrong where, for anything that the format does not allow. Memory and time are
// bounded by the file's size: 4,096 parameters a byte.
CompressedNetwork network_of_fcn(std::string_view file);

}  // namespace flash
