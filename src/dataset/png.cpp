#include <png.h>

#include "picture.hpp"
#include "readers.hpp"

namespace flash::dataset {

Picture decode_png(std::string_view bytes, const fs::path& path) {
  // libpng's simplified interface catches its own errors and frees everything by itself when reading ends;
  // the guard is for our own exceptions.
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  struct Guard {
    png_image* image;
    ~Guard() { png_image_free(image); }
  } const guard{&image};
  const auto check = [&](int done) {
    if (done == 0 || PNG_IMAGE_FAILED(image)) bad_data(path, std::string("unreadable PNG: ") + image.message);
  };
  check(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
  check_picture_size(image.width, image.height, path);
  image.format = PNG_FORMAT_RGB;
  Picture picture{static_cast<int>(image.width), static_cast<int>(image.height), {}};
  picture.rgb.resize(PNG_IMAGE_SIZE(image));
  constexpr png_color black{0, 0, 0};
  check(png_image_finish_read(&image, &black, picture.rgb.data(), 0, nullptr));
  return picture;
}

}  // namespace flash::dataset
