// Networks that are compressed: which, and what came out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flash/hardware/layer_form.hpp"

#include "flash/findings/findings.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/task/compression.hpp"

namespace flash {

inline constexpr std::string_view compress_name = "compress";
inline constexpr TaskId seeds_a_network =
    100;  // compress.seeds at most: a task is its network's place times so many, and the seed's

// Of compress.networks, one a seed.
struct PlannedCompression {
  TaskId task = 0;
  std::string name;       // "lenet5", or the network in words
  SpaceDefinition space;  // of a reference network its own
  NetworkId id = 0;
  int k = 0;               // which of its seeds
  std::uint64_t seed = 0;  // of the first one that of its training task in stage train
  std::string stem;        // its file begins with it: "lenet5-admm-85x-3bit"
};
// Stage break_even: from which share of kept weights on pruned layers gain on the host, measured; other targets model it.
inline constexpr std::string_view break_even_name = "break_even";
TaskId break_even_task(const PlannedCompression& planned);  // of its network, whatever the seed
// Of each layer with weights, as compress.target has it: 1 without one. Throws Error bad_job where no layer gains anything
// at all, with the break-evens; missing_input where the host has not been measured.
std::vector<double> break_evens_of(const Job& job, const PlannedCompression& planned, const Results& results);

// Whether the networks that compress.networks names can be compressed as the job says, by their graphs: throws Error
// bad_job where not, usage for what is no network or cannot learn. "best" is known to compressions() alone. Returns what
// is to be told.
std::vector<std::string> require_compressible(const Job& job);

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
  double sparsity = 0, lambda = 0, alpha = 0;  // 0 where none was asked for
  std::vector<std::string> files{};            // within RUN/networks; none where it failed
  CompressionResult result{};
  std::vector<LayerForm> forms{};  // of the layers with weights; none where it failed
  SpaceDefinition space{};
  NetworkId id = 0;
};
Compressed compressed_from(const Json& output);  // of a task of any stage that compresses
// What it costs on a target, and in its dense form of 8 bits; nothing where it failed or the target has no model.
struct CompressedCost {
  Measurement compressed, dense;
};
std::string in_comparison(double dense, double compressed);  // "2.41x less", "7.14x more"
std::optional<CompressedCost> cost_on(const Target& target, const Compressed& network);
// Those that ended, by task; what crashed is not among them.
std::vector<Compressed> compressed_networks(const Results& results);

}  // namespace flash
