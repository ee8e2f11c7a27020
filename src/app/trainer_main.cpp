// flash-trainer: trains and measures networks for flash, which starts it and talks to it through pipes.
#include <CLI/CLI.hpp>

#include <csignal>
#include <string>

#include <fcntl.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "flash/core/error.hpp"
#include "flash/core/version.hpp"
#include "flash/log/log.hpp"
#include "flash/process/frame.hpp"
#include "flash/train/protocol.hpp"
#include "program.hpp"

namespace {

// Whatever a library prints must not get between the frames: they keep the real standard output, and all else
// that is written there goes to standard error.
int take_standard_output() {
  const int frames = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (frames < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    throw flash::Error(flash::ExitCode::io, "flash-trainer: cannot set up its standard output");
  return frames;
}

// A terminal's Ctrl-C and a batch system's signals reach the whole process group; the parent alone decides
// what they mean, and its death ends this process.
void leave_signals_to_parent() {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGPIPE}) std::signal(signal, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

// Activations come and go with every step: kept in the heap instead of given back to the system each time,
// which would fault every page in anew.
void keep_memory_between_steps() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

int serve() {
  flash::init_child_logging("flash-trainer");
  const int frames = take_standard_output();
  leave_signals_to_parent();
  keep_memory_between_steps();
  std::string request;
  while (flash::read_frame(STDIN_FILENO, request)) {
    flash::write_frame(frames, flash::answer(request));
    ::malloc_trim(0);  // the next network may be smaller
  }
  return static_cast<int>(flash::ExitCode::ok);
}

}  // namespace

int main(int argc, char** argv) {
  return flash::run_program("flash-trainer", [&] {
    CLI::App app(
        "Trains and measures networks for flash, which starts this program itself: framed JSON requests on "
        "standard input, replies on standard output.",
        "flash-trainer");
    app.set_version_flag("--version", std::string("flash-trainer ") + flash::software_version);
    const auto code = flash::parse_command_line(app, argc, argv);
    return code ? *code : serve();
  });
}
