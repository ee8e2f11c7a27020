// A process's end in words.
#pragma once

#include <string>

namespace flash {

// Of a status of waitpid: "was killed by signal 9 (Killed), often a sign of exhausted memory" or "exited with
// code 3".
std::string how_it_ended(int status);

}  // namespace flash
