// Every configuration evaluated, no pruning: the truth that the other methods are held against.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

// A block of the sweep: a contiguous range of ids.
struct IdRange {
  std::uint64_t first_id = 0;
  std::uint64_t count = 0;
};

struct Ranked {
  NetworkId id = 0;
  double objective = 0;
  bool operator==(const Ranked&) const = default;
};

struct BlockResult {
  IdRange block;
  std::uint64_t feasible = 0;
  std::vector<Ranked> top;  // the best feasible ones, best first, ties by lowest id; at most K
  // Over every configuration in single precision: the bits of its NN-Degree (of an additive score, of what is
  // left of it without what its stratum has in common) plus 3 times those of the product
  // of its metrics (plain ones that the models give, exact ones and those on devices with an exponent), each divided by twice its largest
  // value in the space, modulo 2^32. The same whatever the blocks, threads, ranks and processor.
  std::uint32_t checksum = 0;
  double seconds = 0;  // of all threads together
};

struct SweepOptions {
  std::size_t top_k = 100;
  unsigned threads = 1;
  std::string kernel{};  // "portable", "avx2", "avx512"; "": the fastest that this processor has
  // Asked by all threads before each piece of the block, of at most 67 million configurations.
  std::function<bool()> stop = [] { return false; };
};

// NN-Degree, accuracy, metrics and objective of every configuration, none left out. The kernel works in
// single precision; what may be among the best is decided by the evaluator in double precision, and so is
// where along each row the constraints begin and cease to be met, or what is within rounding of a bound: counts, ids
// and values are the evaluator's to the last bit. Throws Error stopped where options.stop kept a thread from its piece;
// std::invalid_argument where this processor lacks the kernel.
BlockResult sweep_block(const Evaluator& evaluator, IdRange block, const SweepOptions& options);

std::vector<std::string> sweep_kernel_names();  // those that this processor can run, the fastest last

// Blocks of about `target` configurations that tile the space in the order of ids.
std::vector<IdRange> tile(const Space& space, std::uint64_t target);

// Merges block results (any order) into one over all; refuses gaps and overlaps with Error bad_data.
BlockResult merge(std::vector<BlockResult> results, std::size_t top_k);

Json to_json(const std::vector<Ranked>& top);  // [{id, objective}]
Json to_json(const BlockResult& result);
BlockResult block_result_from_json(const Json& json);  // throws Error bad_data

}  // namespace flash
