#include "flash/process/frame.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <poll.h>
#include <unistd.h>

#include "flash/core/error.hpp"
#include "pipe.hpp"

namespace flash {
namespace {

// The descriptor may be non-blocking: its other end's user decides that for a shared terminal or socket.
void wait_until_ready(int fd, short events) {
  pollfd entry{fd, events, 0};
  ::poll(&entry, 1, -1);
}

// How many bytes came before the end of the stream, `size` if all did.
std::size_t read_fully(int fd, char* data, std::size_t size) {
  std::size_t got = 0;
  while (got < size) {
    const ssize_t n = ::read(fd, data + got, size - got);
    if (n == 0) break;
    if (n > 0) {
      got += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      wait_until_ready(fd, POLLIN);
    } else if (errno != EINTR) {
      throw Error(ExitCode::io, std::string("reading a message from a pipe failed: ") + std::strerror(errno));
    }
  }
  return got;
}

void write_fully(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = write_without_signal(fd, data, size);
    if (n >= 0) {
      data += n;
      size -= static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      wait_until_ready(fd, POLLOUT);
    } else if (errno != EINTR) {
      throw Error(ExitCode::io, std::string("writing a message to a pipe failed: ") + std::strerror(errno));
    }
  }
}

Error truncated(std::size_t got, std::size_t size) {
  return Error(ExitCode::io, "a message in a pipe ends after " + std::to_string(got) + " of " +
                                 std::to_string(size) + " bytes: its writer died");
}

void check_length(std::size_t length) {
  if (length > max_frame_bytes)
    throw Error(ExitCode::io, "a message of " + std::to_string(length) + " bytes is over the limit of " +
                                  std::to_string(max_frame_bytes) +
                                  " bytes (or something else was written to the pipe)");
}

}  // namespace

FrameHeader encode_frame_header(std::size_t length) {
  check_length(length);
  FrameHeader header;
  for (std::size_t i = 0; i < header.size(); ++i) header[i] = static_cast<char>((length >> (8 * i)) & 0xff);
  return header;
}

std::size_t decode_frame_header(const FrameHeader& header) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < header.size(); ++i)
    length |= static_cast<std::size_t>(static_cast<unsigned char>(header[i])) << (8 * i);
  check_length(length);
  return length;
}

bool read_frame(int fd, std::string& frame) {
  FrameHeader header;
  const std::size_t header_bytes = read_fully(fd, header.data(), header.size());
  if (header_bytes == 0) return false;
  if (header_bytes < header.size()) throw truncated(header_bytes, header.size());
  frame.resize(decode_frame_header(header));
  const std::size_t got = read_fully(fd, frame.data(), frame.size());
  if (got < frame.size()) throw truncated(got, frame.size());
  return true;
}

void write_frame(int fd, const std::string& frame) {
  const FrameHeader header = encode_frame_header(frame.size());
  write_fully(fd, header.data(), header.size());
  write_fully(fd, frame.data(), frame.size());
}

}  // namespace flash
