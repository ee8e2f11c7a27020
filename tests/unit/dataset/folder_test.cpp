#include "image_folder.hpp"

namespace flash {
namespace {

using test::contents;
using test::expect_error;
using test::expect_refused;
using test::jpeg_bytes;
using test::png_bytes;

using test::plain;
using test::planes;
using Folder = test::ImageFolder;

TEST_F(Folder, ReadsClassesAndFilesByName) {
  const Data data = load_data(source());
  EXPECT_EQ(data.class_names, (std::vector<std::string>{"ant", "cat"}));
  EXPECT_EQ(data.classes, 2);
  EXPECT_EQ(data.train.labels, (std::vector<Label>{0, 1, 1}));
  ASSERT_EQ(data.train.pixels.size(), 3u * 192u);
  EXPECT_EQ(std::vector<std::uint8_t>(data.train.pixels.begin(), data.train.pixels.begin() + 384), [] {
    auto both = planes({90, 90, 90});
    const auto second = planes({10, 20, 30});
    both.insert(both.end(), second.begin(), second.end());
    return both;
  }());
  for (const std::size_t i : {0u, 1u, 2u}) {  // JPEG is lossy, by a level or two here
    EXPECT_NEAR(data.train.pixels[384 + 64 * i], (std::array{200, 100, 50}[i]), 2);
  }
  const DataShape shape = inspect_data(source());
  EXPECT_EQ(shape.classes, 2);
  EXPECT_EQ(shape.train_images, 3u);
  EXPECT_EQ(shape.test_images, 2u);
  EXPECT_EQ(shape.channels, 3);
  EXPECT_EQ(shape.side, 8);
}

TEST_F(Folder, IsCountedByItsClassesAlone) {
  write("train/Thumbs.db", "left behind");
  write("train/notes.txt", "beside the classes");
  EXPECT_EQ(count_class_folders(source()), 2);
  EXPECT_EQ(count_class_folders({.source = "shapes"}), 0);
  EXPECT_EQ(count_class_folders({.source = "folder", .train = {path("absent")}, .test = {path("test")}}), 0);
}

TEST_F(Folder, OneChannelIsLuma) {
  const int luma = static_cast<int>(0.299 * 200 + 0.587 * 100 + 0.114 * 50 + 0.5);
  EXPECT_EQ(read(png_bytes(8, 8, plain(8, 8, {200, 100, 50})), 1), planes({static_cast<std::uint8_t>(luma)}));
}

TEST_F(Folder, GreyJpegAndTransparentPng) {
  EXPECT_EQ(read(jpeg_bytes(8, 8, 1, plain(8, 8, {128}))), planes({128, 128, 128}));
  EXPECT_EQ(read(png_bytes(8, 8, plain(8, 8, {9, 8, 7, 255}), PNG_FORMAT_RGBA)), planes({9, 8, 7}));
  EXPECT_EQ(read(png_bytes(8, 8, plain(8, 8, {9, 8, 7, 0}), PNG_FORMAT_RGBA)), planes({0, 0, 0}));
}

TEST_F(Folder, ShrinksByAreaAverages) {
  // 16 x 8: each output pixel is the mean of two beside each other.
  std::vector<std::uint8_t> pixels;
  for (int row = 0; row < 8; ++row) {
    for (int column = 0; column < 16; ++column)
      pixels.push_back(static_cast<std::uint8_t>(10 * column + row));
  }
  const auto shrunk = read(png_bytes(16, 8, pixels, PNG_FORMAT_GRAY), 1);
  for (int row = 0; row < 8; ++row) {
    for (int column = 0; column < 8; ++column) {
      EXPECT_EQ(shrunk[static_cast<std::size_t>(8 * row + column)], 20 * column + 5 + row);
    }
  }
}

TEST_F(Folder, ShrinksByFractionsAndKeepsTheMean) {
  // 20 x 20 to 8 x 8: an output pixel covers 2.5 x 2.5 input pixels.
  std::vector<std::uint8_t> pixels(400, 0);
  pixels[20 * 2 + 2] = 250;  // half in rows 0..2.5 and 2.5..5, the same for columns: a quarter each
  const auto shrunk = read(png_bytes(20, 20, pixels, PNG_FORMAT_GRAY), 1);
  EXPECT_EQ(shrunk[0], 10);  // 250 / 4 / 6.25
  EXPECT_EQ(shrunk[1], 10);
  EXPECT_EQ(shrunk[8], 10);
  EXPECT_EQ(shrunk[9], 10);
  EXPECT_EQ(shrunk[2], 0);
}

TEST_F(Folder, GrowsLinearly) {
  const auto grown = read(png_bytes(2, 1, {0, 160}, PNG_FORMAT_GRAY), 1);
  // Centres at 0.125 i + 0.125 input pixels before the clamp: flat, then a ramp, then flat.
  const std::vector<std::uint8_t> expected{0, 0, 20, 60, 100, 140, 160, 160};
  for (std::size_t row = 0; row < 8; ++row) {
    EXPECT_EQ(std::vector<std::uint8_t>(grown.begin() + static_cast<std::ptrdiff_t>(8 * row),
                                        grown.begin() + static_cast<std::ptrdiff_t>(8 * row + 8)),
              expected);
  }
}

TEST_F(Folder, LeavesOutLitterAndFilesBesideTheClasses) {
  write("train/README.md", "about");
  write("train/.git/x", "y");
  write("train/cat/.DS_Store", "z");
  write("train/cat/Thumbs.db", "z");
  write("train/ant/desktop.ini", "");
  write("train/ant/@eaDir/1.png", "thumbnail");
  write("train/__MACOSX/cat/._1.png", "z");
  EXPECT_EQ(load_data(source()).train.size(), 3u);
  EXPECT_EQ(inspect_data(source()).train_images, 3u);
}

TEST_F(Folder, LimitIsBalancedAndReadsOnlyThose) {
  const std::string damaged = contents(path("train/cat/2.jpg")).substr(0, 100);
  write("train/cat/2.jpg", damaged);
  DataSource limited = source();
  limited.train_images = 2;
  EXPECT_EQ(load_data(limited).train.labels, (std::vector<Label>{0, 1}));
  limited.train_images = 4;
  expect_refused(limited, ExitCode::bad_job, "holds 3 images, but 4");
}

TEST_F(Folder, RefusesUnreadableImages) {
  refuses("", "empty; expected a PNG or JPEG");
  const std::string neither = "neither a PNG nor a JPEG image by its first bytes";
  refuses("GIF89a", neither + " (it is a GIF): convert or remove it");
  refuses("BM66", neither + " (it is a BMP)");
  refuses(std::string("RIFF\0\0\0\0WEBP", 12), neither + " (it is a WebP)");
  refuses("some text", neither + ": convert or remove it");
  const std::string png = png_bytes(8, 8, plain(8, 8, {1, 2, 3}));
  refuses(png.substr(0, 20), "unreadable PNG");
  refuses(png.substr(0, png.size() - 20), "unreadable PNG");
  std::string damaged = png;
  damaged[png.size() - 20] ^= 1;
  refuses(damaged, "unreadable PNG");
  std::vector<std::uint8_t> busy;
  for (int i = 0; i < 32 * 32 * 3; ++i) busy.push_back(static_cast<std::uint8_t>(i * i % 253));
  const std::string jpeg = jpeg_bytes(32, 32, 3, busy);
  refuses(jpeg.substr(0, 4), "unreadable JPEG");
  refuses(jpeg.substr(0, jpeg.size() / 2), "unreadable JPEG: Premature end of JPEG file");
  refuses(jpeg.substr(0, 20) + jpeg, "unreadable JPEG");
}

TEST_F(Folder, InspectionRefusesWhatIsNoPicture) {
  const auto file = path("train/cat/notes.txt");
  write("train/cat/notes.txt", "");
  expect_refused(source(), ExitCode::bad_data, file.string() + ": empty; expected a PNG or JPEG");
  write("train/cat/notes.txt", "about cats");
  expect_refused(source(), ExitCode::bad_data, file.string() + ": neither a PNG nor a JPEG");
  fs::remove(file);
  fs::create_symlink(path("nowhere"), file);
  expect_refused(source(), ExitCode::missing_input, file.string() + ": no such file");
}

TEST_F(Folder, ReadsLinksAndWhateverTheSuffix) {
  fs::rename(path("train/cat/1.png"), path("train/cat/1.JPG"));
  fs::rename(path("train/ant"), path("ants"));
  fs::create_directory_symlink(path("ants"), path("train/ant"));
  fs::create_symlink(path("test/ant/a.png"), path("train/cat/3.PNG"));
  EXPECT_EQ(load_data(source()).train.size(), 4u);
  EXPECT_EQ(inspect_data(source()).train_images, 4u);
}

TEST_F(Folder, EveryTruncationIsAnErrorOrAnImage) {
  std::vector<std::uint8_t> busy;
  for (int i = 0; i < 16 * 16 * 3; ++i) busy.push_back(static_cast<std::uint8_t>(i * i % 253));
  for (const std::string& whole : {png_bytes(16, 16, busy), jpeg_bytes(16, 16, 3, busy)}) {
    for (std::size_t length = 0; length + 16 < whole.size(); length += 7) {
      write("test/ant/a.png", whole.substr(0, length));
      EXPECT_THROW(load_data(source()), Error) << length;
    }
  }
}

TEST_F(Folder, RefusesHugePicturesBeforeAllocating) {
  std::string png = png_bytes(8, 8, plain(8, 8, {1, 2, 3}));
  png.replace(16, 8, std::string("\x00\x0f\x00\x00\x00\x0f\x00\x00", 8));
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(&png[12]), 17);
  for (std::size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<char>(crc >> (24 - 8 * i) & 255u);
  refuses(png, "");
  std::string jpeg = jpeg_bytes(8, 8, 3, plain(8, 8, {1, 2, 3}));
  const std::size_t frame = jpeg.find("\xff\xc0");
  jpeg.replace(frame + 5, 4, "\xff\xdc\xff\xdc");
  refuses(jpeg, "a picture of 65500 x 65500 pixels");
}

TEST_F(Folder, RefusesWrongFolders) {
  DataSource wrong = source();
  wrong.train = {path("none")};
  expect_refused(wrong, ExitCode::missing_input, "none: no such folder");
  wrong.train = {path("train/cat/1.png")};
  expect_refused(wrong, ExitCode::bad_data, "not a folder");
  wrong.train = {path("train/cat")};
  expect_refused(wrong, ExitCode::bad_data,
                 "cat: holds 0 class folders and 2 files; expected at least 2 folders, one a class");
  wrong.train = {path("train"), path("train")};
  expect_refused(wrong, ExitCode::bad_job, "train has 2 paths");
  fs::create_directories(path("train/dog"));
  expect_refused(source(), ExitCode::bad_data, "dog: a class folder without images");
  write("train/dog/1.png", png_bytes(8, 8, plain(8, 8, {1, 2, 3})));
  expect_refused(source(), ExitCode::bad_data, "test: no class folder \"dog\"; training and test set");
  fs::create_directories(path("train/dog/more"));
  expect_refused(source(), ExitCode::bad_data, "more: a folder within a class folder");
}

TEST_F(Folder, ReadsMoreClassesThanAByteCounts) {
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(1000 + i);
    const auto level = static_cast<std::uint8_t>(i % 250);
    for (const char* role : {"train/", "test/"})
      write(role + number + "/1.png", png_bytes(8, 8, plain(8, 8, {level}), PNG_FORMAT_GRAY));
  }
  const Data data = load_data(source(1));
  EXPECT_EQ(data.classes, 302);
  EXPECT_EQ(inspect_data(source(1)).classes, 302);
  EXPECT_EQ(data.class_names.at(299), "1299");
  ASSERT_EQ(data.test.size(), 302u);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_EQ(data.test.labels[i], i);
    EXPECT_EQ(data.test.pixels[64 * i], i % 250);
  }
}

TEST_F(Folder, RefusesMissingTrainingClass) {
  write("test/dog/1.png", png_bytes(8, 8, plain(8, 8, {1, 2, 3})));
  expect_refused(source(), ExitCode::bad_data, "train: no class folder \"dog\"");
}

}  // namespace
}  // namespace flash
