// Trying something first where it may crash without harm: libraries that trust their input.
#pragma once

#include <functional>
#include <string>

namespace flash {

// Runs `action` in a copy of this process (fork), so that a crash takes only the copy along. Returns how the
// copy died, such as "was killed by signal 11 (Segmentation fault)"; empty where it lived. What `action`
// throws is no death: this process will meet it itself. A copy that takes longer than patience_seconds (1 or
// more) is killed. For a process with one thread, and not after MPI_Init. Throws Error io where the system
// has no process left.
std::string death_of_trial(const std::function<void()>& action, unsigned patience_seconds);

}  // namespace flash
