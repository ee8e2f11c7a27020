#include "flash/core/standard_streams.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "flash/core/error.hpp"

namespace flash {

void open_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free descriptor is this one.
    if (::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor)
      throw Error(ExitCode::io, "standard streams are closed, and /dev/null cannot be opened");
  }
  std::signal(SIGPIPE, SIG_IGN);
}

std::size_t text_width() {
  static const std::size_t width = [] {
    constexpr std::size_t least = 40, most = 100;
    winsize window{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) return most;
    return std::clamp<std::size_t>(window.ws_col, least, most);
  }();
  return width;
}

void write_standard_output(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0)
    throw Error(ExitCode::io, std::string("cannot write to standard output: ") + std::strerror(errno));
}

}  // namespace flash
