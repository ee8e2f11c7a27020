// Starting a program with pipes for its standard streams.
#pragma once

#include <string>
#include <vector>

#include "pipe.hpp"

namespace flash {

struct Spawned {
  pid_t pid = -1;
  Fd input;   // writes to its standard input; this and the others are non-blocking
  Fd output;  // reads its standard output
  Fd errors;  // reads its standard error
};

// Returns once the program runs. Throws Error missing_input where it cannot be executed, io where the system
// has no process or pipe left.
Spawned spawn(const std::vector<std::string>& command);

}  // namespace flash
