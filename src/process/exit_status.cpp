#include "exit_status.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstring>

namespace flash {

std::string how_it_ended(int status) {
  if (!WIFSIGNALED(status)) return "exited with code " + std::to_string(WEXITSTATUS(status));
  const int number = WTERMSIG(status);
  const std::string text =
      "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
  return number == SIGKILL ? text + ", often a sign of exhausted memory" : text;
}

}  // namespace flash
