#include <png.h>

#include <csetjmp>
#include <cstring>

#include "flash/dataset/reading.hpp"
#include "picture.hpp"

namespace flash::dataset {
namespace {

// libpng reports errors by a call that must not return. Exceptions may not pass through C, so the call jumps
// back into `read_header` or `read_rows`, which hold nothing that would need a destructor. The levels are
// taken as they are written: chunks about gamma and colour profiles are not applied.
class PngDecoder {
 public:
  explicit PngDecoder(std::string_view bytes) : bytes_(bytes) {}
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  bool read_header() {
    if (setjmp(back_) != 0) return false;
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, [](png_structp, png_const_charp) {});
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
    if (info_ == nullptr) return false;
    png_set_read_fn(png_, this, read);
    png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);  // damaged transparency as well
    png_read_info(png_, info_);
    return true;
  }
  // `rows`: where to put each row, 4 bytes a pixel.
  bool read_rows(png_bytepp rows) {
    if (setjmp(back_) != 0) return false;
    png_set_expand(png_);    // palettes, fewer than 8 bits, a transparent colour
    png_set_strip_16(png_);  // the upper byte, as Pillow and OpenCV take it
    png_set_gray_to_rgb(png_);
    png_set_add_alpha(png_, 255, PNG_FILLER_AFTER);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    if (png_get_rowbytes(png_, info_) != 4 * width()) png_error(png_, "unknown form of pixels");
    png_read_image(png_, rows);
    png_read_end(png_, nullptr);
    return true;
  }
  std::size_t width() const { return png_get_image_width(png_, info_); }
  std::size_t height() const { return png_get_image_height(png_, info_); }
  std::string message() const { return std::string("unreadable PNG: ") + message_; }

 private:
  [[noreturn]] static void fail(png_structp png, png_const_charp message) {
    auto& self = *static_cast<PngDecoder*>(png_get_error_ptr(png));
    std::strncpy(self.message_, message, sizeof self.message_ - 1);
    std::longjmp(self.back_, 1);
  }
  static void read(png_structp png, png_bytep to, std::size_t count) {
    auto& self = *static_cast<PngDecoder*>(png_get_io_ptr(png));
    if (count > self.bytes_.size()) png_error(png, "the file ends too early");
    std::memcpy(to, self.bytes_.data(), count);
    self.bytes_.remove_prefix(count);
  }

  std::string_view bytes_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::jmp_buf back_{};
  char message_[256] = "no memory";
};

// Over black, level by level as browsers do.
std::uint8_t composited(std::uint8_t level, std::uint8_t alpha) {
  return static_cast<std::uint8_t>((level * alpha + 127) / 255);
}

}  // namespace

Picture decode_png(std::string_view bytes, const fs::path& path) {
  PngDecoder decoder(bytes);
  if (!decoder.read_header()) bad_data(path, decoder.message());
  check_picture_size(decoder.width(), decoder.height(), path);
  Picture picture{static_cast<int>(decoder.width()), static_cast<int>(decoder.height()), {}};
  std::vector<std::uint8_t> rgba(4 * decoder.width() * decoder.height());
  std::vector<png_bytep> rows;
  for (std::size_t y = 0; y < decoder.height(); ++y) rows.push_back(&rgba[4 * decoder.width() * y]);
  if (!decoder.read_rows(rows.data())) bad_data(path, decoder.message());
  picture.rgb.reserve(rgba.size() / 4 * 3);
  for (std::size_t i = 0; i < rgba.size(); i += 4) {
    for (std::size_t c = 0; c < 3; ++c) picture.rgb.push_back(composited(rgba[i + c], rgba[i + 3]));
  }
  return picture;
}

}  // namespace flash::dataset
