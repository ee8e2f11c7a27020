// jpeglib.h needs stdio's types but does not include them.
#include <cstdio>

#include <jpeglib.h>

#include <jerror.h>

#include <csetjmp>

#include "flash/dataset/reading.hpp"
#include "picture.hpp"

namespace flash::dataset {
namespace {

// libjpeg reports errors by a call that must not return. Exceptions may not pass through C, so the call jumps
// back into `read_header` or `read_rows`, which hold nothing that would need a destructor.
class JpegDecoder {
 public:
  explicit JpegDecoder(std::string_view bytes) : bytes_(bytes) {
    info_.err = jpeg_std_error(&errors_);
    info_.client_data = this;
    errors_.error_exit = [](j_common_ptr info) {
      self(info).keep_message(info);
      std::longjmp(self(info).back_, 1);
    };
    // Lost pixels count as an error; harmless warnings and traces are not for the user.
    errors_.emit_message = [](j_common_ptr info, int) {
      const int code = info->err->msg_code;
      if (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
          code == JWRN_ARITH_BAD_CODE || code == JWRN_MUST_RESYNC)
        info->err->error_exit(info);
    };
  }
  ~JpegDecoder() { jpeg_destroy_decompress(&info_); }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  bool read_header() {
    if (setjmp(back_) != 0) return false;
    jpeg_create_decompress(&info_);
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
    jpeg_read_header(&info_, TRUE);
    return true;
  }
  // `pixels`: channels() bytes each, RGB or CMYK.
  bool read_rows(std::uint8_t* pixels) {
    if (setjmp(back_) != 0) return false;
    info_.out_color_space = channels() == 4 ? JCS_CMYK : JCS_RGB;
    info_.dct_method = JDCT_ISLOW;  // the same pixels whatever the processor
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW row = pixels + channels() * info_.output_width * info_.output_scanline;
      jpeg_read_scanlines(&info_, &row, 1);
    }
    jpeg_finish_decompress(&info_);
    return true;
  }
  std::uint64_t width() const { return info_.image_width; }
  std::uint64_t height() const { return info_.image_height; }
  std::size_t channels() const { return info_.num_components == 4 ? 4 : 3; }
  // Whether 255 stands for no ink, as all programs write it that leave Adobe's mark.
  bool inverted() const { return info_.saw_Adobe_marker != 0; }
  std::string message() const { return std::string("unreadable JPEG: ") + message_; }

 private:
  static JpegDecoder& self(j_common_ptr info) { return *static_cast<JpegDecoder*>(info->client_data); }
  void keep_message(j_common_ptr info) { errors_.format_message(info, message_); }

  std::string_view bytes_;
  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf back_{};
  char message_[JMSG_LENGTH_MAX] = "";
};

// What light the inks leave.
std::vector<std::uint8_t> rgb_of_cmyk(const std::vector<std::uint8_t>& cmyk, bool inverted) {
  const auto light = [&](std::size_t i) { return inverted ? cmyk[i] : 255 - cmyk[i]; };
  std::vector<std::uint8_t> rgb;
  rgb.reserve(cmyk.size() / 4 * 3);
  for (std::size_t i = 0; i < cmyk.size(); i += 4) {
    for (std::size_t c = 0; c < 3; ++c)
      rgb.push_back(static_cast<std::uint8_t>((light(i + c) * light(i + 3) + 127) / 255));
  }
  return rgb;
}

}  // namespace

Picture decode_jpeg(std::string_view bytes, const fs::path& path) {
  JpegDecoder decoder(bytes);
  if (!decoder.read_header()) bad_data(path, decoder.message());
  check_picture_size(decoder.width(), decoder.height(), path);
  Picture picture{static_cast<int>(decoder.width()), static_cast<int>(decoder.height()), {}};
  picture.rgb.resize(decoder.channels() * decoder.width() * decoder.height());
  if (!decoder.read_rows(picture.rgb.data())) bad_data(path, decoder.message());
  if (decoder.channels() == 4) picture.rgb = rgb_of_cmyk(picture.rgb, decoder.inverted());
  return picture;
}

}  // namespace flash::dataset
