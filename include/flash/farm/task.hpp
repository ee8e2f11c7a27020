// Tasks and their outcomes: all that the farm knows of the work.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace flash {

struct Task {
  std::uint64_t id = 0;  // unique within one Farm::run
  double cost = 0;       // any unit; dearer tasks are handed out first, equal ones by id
  std::string input;     // what the executor gets
};

struct Outcome {
  std::uint64_t id = 0;
  bool ok = false;
  std::string output;  // what the executor returned; the reason where not ok
  int code = 0;        // where not ok the exit code of the Error that was thrown, 70 of anything else
  int attempt = 1;     // 1 for the first try
  int rank = 0;
  std::string host;
  double t_start = 0;  // Unix time on the host that ran it
  double t_end = 0;
};

// Runs one task; what it throws makes the outcome a failed one with what() as its reason.
using Executor = std::function<std::string(const Task& task)>;

}  // namespace flash
