#include "pipe.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>

#include <fcntl.h>

#include "flash/core/error.hpp"

namespace flash {
namespace {

Fd above_standard_streams(Fd fd) {
  if (fd.get() > STDERR_FILENO) return fd;
  Fd higher(::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!higher.open())
    throw Error(ExitCode::io, std::string("cannot duplicate a pipe: ") + std::strerror(errno));
  return higher;
}

bool sigpipe_pending() {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  return sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw Error(ExitCode::io, std::string("cannot make a pipe: ") + std::strerror(errno));
  Fd read_end(ends[0]), write_end(ends[1]);
  return {above_standard_streams(std::move(read_end)), above_standard_streams(std::move(write_end))};
}

void set_nonblocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
    throw Error(ExitCode::io, std::string("cannot set up a pipe: ") + std::strerror(errno));
}

// A signal caused by write(2) goes to the calling thread: blocked there, it stays pending and is taken away.
ssize_t write_without_signal(int fd, const char* data, std::size_t size) {
  sigset_t sigpipe, before;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  const bool was_pending = sigpipe_pending();
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
  const ssize_t written = ::write(fd, data, size);
  const int error = errno;
  if (written < 0 && error == EPIPE && !was_pending) {
    const timespec no_wait{0, 0};
    while (sigtimedwait(&sigpipe, nullptr, &no_wait) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

}  // namespace flash
