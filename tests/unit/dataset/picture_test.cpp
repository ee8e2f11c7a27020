// Pictures of every form come out with the levels that other programs read.
#include <map>

#include "../python.hpp"
#include "image_folder.hpp"

namespace flash {
namespace {

using test::jpeg_bytes;
using test::plain;
using test::planes;
using test::png_bytes;
using Pictures = test::ImageFolder;

// One pixel, repeated over a row of 8.
std::string row_of(std::initializer_list<int> pixel) {
  std::string row;
  for (int x = 0; x < 8; ++x) {
    for (const int byte : pixel) row.push_back(static_cast<char>(byte));
  }
  return row;
}

test::PngForm plain_png(int depth, int colour, std::initializer_list<int> pixel) {
  return {.width = 8, .height = 8, .depth = depth, .colour = colour, .row = [row = row_of(pixel)](int) {
            return row;
          }};
}

TEST_F(Pictures, SixteenBitsReadAsEight) {
  const auto expected = planes({130, 7, 255});
  EXPECT_EQ(read(png_bytes(plain_png(8, PNG_COLOR_TYPE_RGB, {130, 7, 255}))), expected);
  EXPECT_EQ(read(png_bytes(plain_png(16, PNG_COLOR_TYPE_RGB, {130, 130, 7, 7, 255, 255}))), expected);
  EXPECT_EQ(read(png_bytes(plain_png(16, PNG_COLOR_TYPE_RGB, {130, 0, 7, 200, 255, 0}))), expected);
  EXPECT_EQ(read(png_bytes(plain_png(16, PNG_COLOR_TYPE_GRAY, {130, 130}))), planes({130, 130, 130}));
}

TEST_F(Pictures, GammaAndColourChunksAreNotApplied) {
  for (const int depth : {8, 16}) {
    for (const double gamma : {1.0, 0.45455, 0.3}) {
      test::PngForm form = depth == 8 ? plain_png(8, PNG_COLOR_TYPE_RGB, {130, 7, 255})
                                      : plain_png(16, PNG_COLOR_TYPE_RGB, {130, 130, 7, 7, 255, 255});
      form.chunks = [gamma](png_structp png, png_infop info) {
        png_set_gAMA(png, info, gamma);
        png_set_cHRM(png, info, 0.3, 0.3, 0.7, 0.3, 0.2, 0.7, 0.1, 0.1);
      };
      EXPECT_EQ(read(png_bytes(form)), planes({130, 7, 255})) << depth << " bits, gamma " << gamma;
    }
  }
}

TEST_F(Pictures, AlphaIsLaidOverBlackLevelByLevel) {
  const auto half = planes({100, 50, 1});  // of 200, 100, 2 at 128 / 255
  EXPECT_EQ(read(png_bytes(plain_png(8, PNG_COLOR_TYPE_RGB_ALPHA, {200, 100, 2, 128}))), half);
  EXPECT_EQ(read(png_bytes(plain_png(16, PNG_COLOR_TYPE_RGB_ALPHA, {200, 0, 100, 0, 2, 0, 128, 0}))), half);
  EXPECT_EQ(read(png_bytes(plain_png(8, PNG_COLOR_TYPE_GRAY_ALPHA, {200, 128}))), planes({100, 100, 100}));
  EXPECT_EQ(read(png_bytes(plain_png(16, PNG_COLOR_TYPE_GRAY_ALPHA, {200, 0, 128, 0}))),
            planes({100, 100, 100}));
}

TEST_F(Pictures, PalettesAndTransparentColours) {
  test::PngForm form = plain_png(8, PNG_COLOR_TYPE_PALETTE, {1});
  form.chunks = [](png_structp png, png_infop info) {
    const png_color colours[] = {{1, 2, 3}, {200, 100, 2}};
    png_set_PLTE(png, info, colours, 2);
  };
  EXPECT_EQ(read(png_bytes(form)), planes({200, 100, 2}));
  form.chunks = [](png_structp png, png_infop info) {
    const png_color colours[] = {{1, 2, 3}, {200, 100, 2}};
    png_set_PLTE(png, info, colours, 2);
    const png_byte alphas[] = {255, 128};
    png_set_tRNS(png, info, alphas, 2, nullptr);
  };
  EXPECT_EQ(read(png_bytes(form)), planes({100, 50, 1}));
  // Of 16 bits all count when colours are compared: 130 * 256 + 1 is transparent, its neighbour is not.
  for (const int low : {1, 2}) {
    test::PngForm grey = plain_png(16, PNG_COLOR_TYPE_GRAY, {130, low});
    grey.chunks = [](png_structp png, png_infop info) {
      png_color_16 transparent{};
      transparent.gray = 130 * 256 + 1;
      png_set_tRNS(png, info, nullptr, 0, &transparent);
    };
    const std::uint8_t level = low == 1 ? 0 : 130;
    EXPECT_EQ(read(png_bytes(grey)), planes({level, level, level}));
  }
}

TEST_F(Pictures, FewBitsAndInterlacedRows) {
  // Columns of alternating levels: 1 bit 0, 255, ...; 2 bits 0, 85, 170, 255, ...; 4 bits 0, 17, ...
  const std::map<int, std::string> rows{
      {1, "\x55"}, {2, "\x1b\x1b"}, {4, std::string("\x01\x23\x45\x67", 4)}};
  for (const auto& [depth, row] : rows) {
    for (const int interlace : {PNG_INTERLACE_NONE, PNG_INTERLACE_ADAM7}) {
      const auto pixels = read(png_bytes({.width = 8,
                                          .height = 8,
                                          .depth = depth,
                                          .colour = PNG_COLOR_TYPE_GRAY,
                                          .row = [&](int) { return row; },
                                          .interlace = interlace}),
                               1);
      const int levels = 1 << depth;
      for (int i = 0; i < 64; ++i)
        ASSERT_EQ(pixels[static_cast<std::size_t>(i)], i % 8 % levels * 255 / (levels - 1))
            << depth << " bits";
    }
  }
}

TEST_F(Pictures, InksBecomeLight) {
  // Adobe's mark: 255 is no ink. 200 * 128 / 255 and so on.
  EXPECT_EQ(read(jpeg_bytes(8, 8, 4, plain(8, 8, {200, 100, 50, 128}))), planes({100, 50, 25}));
  const auto ycck = [](j_compress_ptr info) { jpeg_set_colorspace(info, JCS_YCCK); };
  const auto pixels = read(jpeg_bytes(8, 8, 4, plain(8, 8, {200, 100, 50, 128}), ycck));
  for (const std::size_t c : {0u, 1u, 2u}) EXPECT_NEAR(pixels[64 * c], (std::array{100, 50, 25}[c]), 1);
  const auto unmarked = [](j_compress_ptr info) { info->write_Adobe_marker = FALSE; };
  EXPECT_EQ(read(jpeg_bytes(8, 8, 4, plain(8, 8, {55, 155, 205, 127}), unmarked)), planes({100, 50, 25}));
}

TEST_F(Pictures, ProgressiveJpegReadsAsBaseline) {
  std::vector<std::uint8_t> ramp;
  for (int i = 0; i < 8 * 8 * 3; ++i) ramp.push_back(static_cast<std::uint8_t>(i));
  EXPECT_EQ(read(jpeg_bytes(8, 8, 3, ramp, jpeg_simple_progression)), read(jpeg_bytes(8, 8, 3, ramp)));
}

TEST_F(Pictures, RefusesDamagedChunks) {
  test::PngForm form = plain_png(8, PNG_COLOR_TYPE_PALETTE, {1});
  form.chunks = [](png_structp png, png_infop info) {
    const png_color colours[] = {{1, 2, 3}, {200, 100, 2}};
    png_set_PLTE(png, info, colours, 2);
    const png_byte alphas[] = {255, 128};
    png_set_tRNS(png, info, alphas, 2, nullptr);
  };
  std::string damaged = png_bytes(form);
  damaged[damaged.find("tRNS") + 5] ^= 1;  // without the chunk the picture would be another, unnoticed
  refuses(damaged, "unreadable PNG: tRNS: CRC error");
  const std::string whole = png_bytes(plain_png(8, PNG_COLOR_TYPE_RGB, {1, 2, 3}));
  refuses(whole.substr(0, whole.size() - 12), "unreadable PNG: the file ends too early");  // no IEND
}

TEST_F(Pictures, MatchOpenCv) {
  const auto noise = [](int bytes) {
    return [bytes](int y) {
      std::string row;
      for (int i = 0; i < bytes; ++i) row.push_back(static_cast<char>((y * 131 + i * i * 29) % 251));
      return row;
    };
  };
  const auto gamma = [](png_structp png, png_infop info) { png_set_gAMA(png, info, 1.0); };
  std::vector<std::uint8_t> ramp;
  for (int i = 0; i < 8 * 8 * 3; ++i) ramp.push_back(static_cast<std::uint8_t>(i));
  const std::vector<std::string> pictures{
      png_bytes({8, 8, 16, PNG_COLOR_TYPE_RGB, noise(48)}),
      png_bytes({8, 8, 16, PNG_COLOR_TYPE_RGB, noise(48), gamma}),
      png_bytes({8, 8, 8, PNG_COLOR_TYPE_RGB, noise(24), gamma, PNG_INTERLACE_ADAM7}),
      png_bytes({8, 8, 16, PNG_COLOR_TYPE_GRAY, noise(16)}),
      png_bytes({8, 8, 2, PNG_COLOR_TYPE_GRAY, noise(2)}),
      jpeg_bytes(8, 8, 3, ramp),
      jpeg_bytes(8, 8, 3, ramp, jpeg_simple_progression)};
  std::vector<std::vector<std::uint8_t>> ours;
  Json paths = Json::array();
  for (const std::string& picture : pictures) {
    ours.push_back(read(picture));
    paths.push_back(write(std::to_string(paths.size()), picture).string());
  }
  const auto theirs = ask_python(R"(
try:
    import cv2
    result = [cv2.imread(path, cv2.IMREAD_COLOR)[..., ::-1].transpose(2, 0, 1).ravel().tolist() for path in data]
except ImportError:
    result = None
)",
                                 paths);
  if (!theirs || theirs->is_null()) GTEST_SKIP() << "no Python with OpenCV here";
  EXPECT_EQ(ours, theirs->get<std::vector<std::vector<std::uint8_t>>>());
}

}  // namespace
}  // namespace flash
