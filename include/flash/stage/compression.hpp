// Networks that are compressed: which, and what came out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flash/findings/findings.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/task/compression.hpp"

namespace flash {

inline constexpr std::string_view compress_name = "compress";

// Of compress.networks, one a seed.
struct PlannedCompression {
  TaskId task = 0;
  std::string name;       // "lenet5", or the network in words
  SpaceDefinition space;  // of a reference network its own
  NetworkId id = 0;
  int k = 0;               // which of its seeds
  std::uint64_t seed = 0;  // of the first one that of its training task in stage train
  std::string file;        // within RUN/networks: "lenet5-admm-85x-3bit.fcn"
};
// "best" is the best confirmed network, where there are confirmed ones, else the models' proven optimum. Throws Error
// usage for what is no network or cannot learn, missing_input where nothing tells the best.
std::vector<PlannedCompression> compressions(Findings& findings);

// What a task gave.
struct Compressed {
  std::string network;
  int k = 0;
  std::uint64_t seed = 0;
  std::string method;
  double ratio = 1;
  int bits = 32;
  std::vector<std::string> files{};  // within RUN/networks; none where it failed
  CompressionResult result{};
};
// Those that ended, by task; what crashed is not among them.
std::vector<Compressed> compressed_networks(const Results& results);

}  // namespace flash
