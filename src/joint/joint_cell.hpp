// A cell at each of its options. Internal to the room.
#pragma once

#include <limits>

#include "flash/joint/joint_tables.hpp"

namespace flash {

// In one form. Tables of metrics as the evaluator's metrics() are ordered; an empty one: the dense cell's is it.
struct JointTables::Form {
  struct Table {
    std::vector<double> values;
    std::span<const double> view;  // of them, or of the dense cell's
    bool ascends = true;
    double least = 0;
  };
  std::vector<Table> metrics;
  Table loss;
  bool loses = false;
};

struct JointTables::Cell {
  std::vector<Form> forms;          // [option]
  std::vector<std::size_t> useful;  // options
  double best_degree = 0;           // of what its options add to the score
  std::vector<double> least_most;   // [metric]: of the part that is a maximum
};

}  // namespace flash
