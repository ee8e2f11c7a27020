#include "flash/process/trial.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "exit_status.hpp"
#include "flash/core/error.hpp"

namespace flash {

std::string death_of_trial(const std::function<void()>& action, unsigned patience_seconds) {
  const pid_t copy = ::fork();
  if (copy < 0)
    throw Error(ExitCode::io, "cannot start a process: " + std::generic_category().message(errno));
  if (copy == 0) {
    // A crash is what it is for: no core file, and no handler that reports it.
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    for (const int crash : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(crash, SIG_DFL);
    ::alarm(patience_seconds);
    try {
      action();
    } catch (...) {
    }
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(copy, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0 ? "" : how_it_ended(status);
}

}  // namespace flash
