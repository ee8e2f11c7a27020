// File descriptors with an owner, pipes, and writing to them without being killed by SIGPIPE.
#pragma once

#include <csignal>
#include <utility>

#include <sys/types.h>
#include <unistd.h>

namespace flash {

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

// Both ends are closed on exec and numbered 3 or higher, so that they can be put in the place of 0, 1 and 2.
struct Pipe {
  Fd read_end;
  Fd write_end;
};
Pipe make_pipe();  // throws Error io

void set_nonblocking(int fd);  // throws Error io

// write(2), except that a reader that is gone gives EPIPE and never a signal, whatever the program's
// handlers.
ssize_t write_without_signal(int fd, const char* data, std::size_t size);

}  // namespace flash
