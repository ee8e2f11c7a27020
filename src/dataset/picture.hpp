// Pictures of any size, decoded from PNG and JPEG files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace flash::dataset {

// 8-bit RGB, interleaved, row-major.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;
};

// Larger ones are refused before anything is allocated for them.
inline constexpr std::uint64_t max_picture_pixels = std::uint64_t{1} << 26;

// Reads a picture, told apart by its first bytes. Throws Error: missing_input, io, bad_data.
Picture read_picture(const std::filesystem::path& path);

// Throws Error bad_data where the first bytes are neither a PNG's nor a JPEG's, missing_input, io.
void check_first_bytes(const std::filesystem::path& path);

// Of a whole file's bytes; `path` is for messages. Levels are taken as they are written, gamma chunks and
// colour profiles are not applied; of 16 bits the upper 8 count. Transparent parts of a PNG are laid over
// black, level by level as browsers do. Inks (CMYK, YCCK) become the light that they leave. Orientation tags
// are not looked at.
Picture decode_png(std::string_view bytes, const std::filesystem::path& path);
Picture decode_jpeg(std::string_view bytes, const std::filesystem::path& path);

// Throws Error bad_data where the size is 0 or beyond max_picture_pixels.
void check_picture_size(std::uint64_t width, std::uint64_t height, const std::filesystem::path& path);

// The whole picture on side x side pixels, channel by channel as in ImageSet: area averages where it shrinks,
// bilinear where it grows. One channel: luma of ITU-R BT.601.
void resize(const Picture& picture, int side, int channels, std::uint8_t* pixels);

}  // namespace flash::dataset
