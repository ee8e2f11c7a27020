#include "picture.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/dataset/reading.hpp"

namespace flash::dataset {
namespace {

enum class Format { png, jpeg };

// What it is, by its first bytes. Throws bad_data of anything but PNG and JPEG.
Format format_of(std::string_view bytes, const fs::path& path) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return Format::png;
  if (bytes.starts_with("\xff\xd8\xff")) return Format::jpeg;
  if (bytes.empty()) bad_data(path, "empty; expected a PNG or JPEG image");
  const bool webp = bytes.starts_with("RIFF") && bytes.find("WEBP") == 8;
  const char* known = bytes.starts_with("GIF8")                             ? " (it is a GIF)"
                      : bytes.starts_with("BM")                             ? " (it is a BMP)"
                      : bytes.starts_with("II*") || bytes.starts_with("MM") ? " (it is a TIFF)"
                      : webp                                                ? " (it is a WebP)"
                      : bytes.find("ftyp") == 4                             ? " (it is a HEIF, AVIF or video)"
                                                                            : "";
  bad_data(path, std::string("neither a PNG nor a JPEG image by its first bytes") + known +
                     ": convert or remove it");
}

}  // namespace

void check_picture_size(std::uint64_t width, std::uint64_t height, const fs::path& path) {
  if (width == 0 || height == 0 || width > max_picture_pixels / height) {
    bad_data(path, "a picture of " + std::to_string(width) + " x " + std::to_string(height) +
                       " pixels; expected at least one and at most 2^26 in all");
  }
}

void check_first_bytes(const fs::path& path) {
  checked_file_size(path);
  std::ifstream file(path, std::ios::binary);
  std::array<char, 16> bytes{};
  file.read(bytes.data(), bytes.size());
  if (!file && !file.eof())
    throw Error(ExitCode::io, path.string() + ": cannot be read: " + std::strerror(errno));
  format_of({bytes.data(), static_cast<std::size_t>(file.gcount())}, path);
}

Picture read_picture(const fs::path& path) {
  checked_file_size(path);
  const std::string bytes = read_file(path);
  return format_of(bytes, path) == Format::png ? decode_png(bytes, path) : decode_jpeg(bytes, path);
}

}  // namespace flash::dataset
