// A small set of source "folder" whose pictures tests replace.
#pragma once

#include "files.hpp"

namespace flash::test {

// Interleaved pixels, all alike.
inline std::vector<std::uint8_t> plain(int width, int height, std::vector<std::uint8_t> pixel) {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < width * height; ++i) pixels.insert(pixels.end(), pixel.begin(), pixel.end());
  return pixels;
}

// Two classes, ant and cat, in train and test.
class ImageFolder : public TemporaryFolder {
 protected:
  ImageFolder() {
    write("train/cat/1.png", png_bytes(8, 8, plain(8, 8, {10, 20, 30})));
    write("train/cat/2.jpg", jpeg_bytes(16, 16, 3, plain(16, 16, {200, 100, 50})));
    write("train/ant/a.png", png_bytes(8, 8, plain(8, 8, {90}), PNG_FORMAT_GRAY));
    write("test/ant/a.png", png_bytes(8, 8, plain(8, 8, {1, 2, 3})));
    write("test/cat/a.png", png_bytes(8, 8, plain(8, 8, {4, 5, 6})));
  }
  DataSource source(int channels = 3) const {
    return {.source = "folder",
            .train = {path("train")},
            .test = {path("test")},
            .side = 8,
            .channels = channels};
  }
  // The pixels that one picture becomes: it takes the place of the only test image of class "ant".
  std::vector<std::uint8_t> read(const std::string& bytes, int channels = 3) const {
    write("test/ant/a.png", bytes);
    const Data data = load_data(source(channels));
    const auto size = static_cast<std::ptrdiff_t>(64 * channels);
    return {data.test.pixels.begin(), data.test.pixels.begin() + size};
  }
  void refuses(const std::string& bytes, const std::string& part) const {
    const auto file = write("test/ant/a.png", bytes);
    expect_error(ExitCode::bad_data, file.string() + ": " + part, [&] { load_data(source()); });
  }
};

// Pixels of an 8 x 8 image as ImageSet has them, each channel all of one level.
inline std::vector<std::uint8_t> planes(std::vector<std::uint8_t> levels) {
  std::vector<std::uint8_t> pixels;
  for (const std::uint8_t level : levels) pixels.insert(pixels.end(), 64, level);
  return pixels;
}

}  // namespace flash::test
