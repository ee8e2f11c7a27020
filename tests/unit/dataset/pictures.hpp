// PNG and JPEG files made in memory.
#pragma once

// jpeglib.h needs stdio's types but does not include them.
#include <cstdio>

#include <jpeglib.h>
#include <png.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace flash::test {

// RGB or, with `format` PNG_FORMAT_GRAY and the like, other pixels.
inline std::string png_bytes(int width, int height, const std::vector<std::uint8_t>& pixels,
                             std::uint32_t format = PNG_FORMAT_RGB) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = format;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr);
  std::string bytes(size, '\0');
  png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr);
  bytes.resize(size);
  return bytes;
}

// Every form of PNG: `row(y)` gives row y as libpng takes it (packed, 16 bits big-endian), `chunks` may set
// palettes, transparency and the like.
struct PngForm {
  int width;
  int height;
  int depth;
  int colour;  // PNG_COLOR_TYPE_*
  std::function<std::string(int)> row;
  std::function<void(png_structp, png_infop)> chunks = [](png_structp, png_infop) {};
  int interlace = PNG_INTERLACE_NONE;
};
inline std::string png_bytes(const PngForm& form) {
  std::string bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  const auto append = [](png_structp from, png_bytep data, std::size_t count) {
    static_cast<std::string*>(png_get_io_ptr(from))->append(reinterpret_cast<const char*>(data), count);
  };
  png_set_write_fn(png, &bytes, append, [](png_structp) {});
  png_set_IHDR(png, info, static_cast<png_uint_32>(form.width), static_cast<png_uint_32>(form.height),
               form.depth, form.colour, form.interlace, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  form.chunks(png, info);
  png_write_info(png, info);
  std::vector<std::string> rows;
  std::vector<png_bytep> pointers;
  for (int y = 0; y < form.height; ++y) rows.push_back(form.row(y));
  for (std::string& row : rows) pointers.push_back(reinterpret_cast<png_bytep>(row.data()));
  png_write_image(png, pointers.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

// `channels` 1: grey, 3: RGB, 4: CMYK, with Adobe's mark and thus 255 for no ink. `form` may change what is
// written.
inline std::string jpeg_bytes(
    int width, int height, int channels, const std::vector<std::uint8_t>& pixels,
    const std::function<void(j_compress_ptr)>& form = [](j_compress_ptr) {}) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &buffer, &size);
  info.image_width = static_cast<JDIMENSION>(width);
  info.image_height = static_cast<JDIMENSION>(height);
  info.input_components = channels;
  info.in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 95, TRUE);
  form(&info);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    auto* row =
        const_cast<JSAMPROW>(&pixels[info.next_scanline * static_cast<std::size_t>(width * channels)]);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  std::string bytes(reinterpret_cast<char*>(buffer), size);
  std::free(buffer);
  return bytes;
}

}  // namespace flash::test
