// Every configuration evaluated, no pruning: the truth that the other methods are held against.
#pragma once

#include <cstdint>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

// A block of the sweep: a contiguous range of ids.
struct IdRange {
  std::uint64_t first_id = 0;
  std::uint64_t count = 0;
};

struct Ranked {
  std::uint64_t id = 0;
  double objective = 0;
  bool operator==(const Ranked&) const = default;
};

struct BlockResult {
  IdRange block;
  std::uint64_t feasible = 0;
  std::vector<Ranked> top;  // the best feasible ones, best first, ties by lowest id; at most K
  // Where nothing is feasible: what misses by least, by the rule of better(). Zeros where something is.
  std::uint64_t least_violating_id = 0;
  double least_violation = 0;
  double least_objective = 0;
  // Of the bits of NN-Degree and metrics of every configuration, weighted 1, 3, 5, 7 and added up modulo
  // 2^64: the same whatever the blocks, and cheap enough not to slow the sweep (the objective itself would
  // cost an exp each).
  std::uint64_t checksum = 0;
  double seconds = 0;
};

// Throws nothing; stops early for nothing: a block is sized to be short.
BlockResult sweep_block(const Evaluator& evaluator, IdRange block, std::size_t top_k);

// Blocks of about `target` configurations that tile the space in the order of ids.
std::vector<IdRange> tile(const Space& space, std::uint64_t target);

// Merges block results (any order) into one over all; refuses gaps and overlaps with Error bad_data.
BlockResult merge(std::vector<BlockResult> results, std::size_t top_k);

Json to_json(const BlockResult& result);
BlockResult block_result_from_json(const Json& json);  // throws Error bad_data

}  // namespace flash
