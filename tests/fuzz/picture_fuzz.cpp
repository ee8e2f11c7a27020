// Image folders: PNG and JPEG files.
#include "../unit/dataset/pictures.hpp"
#include "flash/dataset/dataset.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  const std::vector<std::uint8_t> pixels(8 * 8 * 4, 100);
  return {test::png_bytes(8, 8, pixels),
          test::png_bytes(8, 8, pixels, PNG_FORMAT_GRAY),
          test::png_bytes(5, 3, pixels, PNG_FORMAT_RGBA),
          test::jpeg_bytes(8, 8, 3, pixels),
          test::jpeg_bytes(5, 3, 1, pixels),
          test::jpeg_bytes(8, 8, 4, pixels),
          test::jpeg_bytes(8, 8, 3, pixels, jpeg_simple_progression),
          test::png_bytes({8, 8, 16, PNG_COLOR_TYPE_RGB_ALPHA, [](int) { return std::string(64, '\x55'); }}),
          test::png_bytes({8, 8, 2, PNG_COLOR_TYPE_GRAY, [](int) { return std::string(2, '\x1b'); },
                           [](png_structp png, png_infop info) { png_set_gAMA(png, info, 1.0); },
                           PNG_INTERLACE_ADAM7})};
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash::fuzz;
  static const MemoryFolder folder;
  for (const char* name : {"a", "b"}) {
    fs::create_directory(folder.path() / name);
    write(folder.path() / name / "picture", text(data, size));
  }
  const flash::DataSource source{
      .source = "folder", .train = {folder.path()}, .test = {folder.path()}, .side = 8};
  accepts([&] { load_data(source); });
  return 0;
}
