// The best network together with the best form of each of its cells, with a proof [ours].
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "flash/joint/joint_tables.hpp"

namespace flash {

struct JointRanked {
  JointNetwork network;
  Evaluation evaluation;
};

struct JointResult {
  bool complete = true;  // false: stopped before the proof was done
  bool found = false;    // something is feasible
  JointRanked best;      // where nothing is feasible, what misses by least
  std::vector<JointRanked>
      top;  // the best feasible ones of those without an option that another beats; at most K
  std::uint64_t shapes = 0;    // of networks, times the useful options of their cells: what is gone through
  std::uint64_t left_out = 0;  // with an option that another beats or equals
  std::uint64_t opened = 0;    // shapes that no bound on all of their networks ruled out
  std::uint64_t evaluations = 0;
  std::uint64_t boxes = 0;
  double largest_cut_bound = 0;  // of whatever was cut for its objective, as of ExactResult
  bool monotone = true;          // all tables of what was opened ascend
  double seconds = 0;
};

// A shape with an option for each cell is a stratum of a search as any other: its tables are given (JointTables), and the
// branch and bound of exact.hpp proves what is best in it. Options as further axes of the shape rather than as slots: a
// stratum's tables then ascend as a dense one's do, on which its bounds rest, and what no option allows falls with one
// look at a stratum. As slots with a parent an option would change its parent's table, which no bound could be made
// from. Shapes are opened best bound first, some at a time, so that many of them take little room; those whose bound is
// below the K-th best are not opened.
//
// Ties: the first stratum, then the first options of compression, then of the network. K >= 1. `stop` is asked between
// boxes. Throws Error bad_job where there are more than 5 million shapes.
JointResult solve_joint(
    const JointTables& tables, const std::function<bool()>& stop = [] { return false; },
    std::size_t top_k = 1);

}  // namespace flash
