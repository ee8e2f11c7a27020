// Messages through a pipe.
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace flash {

inline constexpr std::size_t max_frame_bytes = std::size_t{64} << 20;
using FrameHeader = std::array<char, 4>;

// Frames both ways: 4 bytes little-endian length, then that many bytes. At most 64 MiB a frame.
bool read_frame(int fd, std::string& frame);  // false at the end of the stream; throws Error io
void write_frame(int fd,
                 const std::string& frame);  // throws Error io, also where the reader is gone (no SIGPIPE)

// The header alone, for those who wait on several pipes at once. Both throw Error io above 64 MiB.
FrameHeader encode_frame_header(std::size_t length);
std::size_t decode_frame_header(const FrameHeader& header);

}  // namespace flash
