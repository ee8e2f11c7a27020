#include "picture.hpp"

#include "flash/core/file.hpp"
#include "readers.hpp"

namespace flash::dataset {

void check_picture_size(std::uint64_t width, std::uint64_t height, const fs::path& path) {
  if (width == 0 || height == 0 || width > max_picture_pixels / height) {
    bad_data(path, "a picture of " + std::to_string(width) + " x " + std::to_string(height) +
                       " pixels; expected at least one and at most 2^26 in all");
  }
}

Picture read_picture(const fs::path& path) {
  checked_file_size(path);
  const std::string bytes = read_file(path);
  const std::string_view view = bytes;
  if (view.starts_with("\x89PNG\r\n\x1a\n")) return decode_png(view, path);
  if (view.starts_with("\xff\xd8\xff")) return decode_jpeg(view, path);
  bad_data(path, bytes.empty() ? "empty; expected a PNG or JPEG image"
                               : "neither a PNG nor a JPEG image by its first bytes: convert or remove it");
}

}  // namespace flash::dataset
