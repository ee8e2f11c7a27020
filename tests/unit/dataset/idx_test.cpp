#include "files.hpp"

namespace flash {
namespace {

using test::expect_error;
using test::expect_refused;

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift & 255u));
  return bytes;
}

std::string labels_file(const std::string& labels) {
  return big_endian(0x801) + big_endian(static_cast<std::uint32_t>(labels.size())) + labels;
}

// Pixel p of image i is 10 i + p.
std::string images_file(int count, int side) {
  const auto edge = static_cast<std::uint32_t>(side);
  std::string bytes =
      big_endian(0x803) + big_endian(static_cast<std::uint32_t>(count)) + big_endian(edge) + big_endian(edge);
  for (int i = 0; i < count; ++i) {
    for (int p = 0; p < side * side; ++p) bytes.push_back(static_cast<char>(10 * i + p));
  }
  return bytes;
}

class Idx : public test::TemporaryFolder {
 protected:
  Idx() {
    train_ = {write("images", images_file(4, 3)), write("labels", labels_file({'\2', '\0', '\2', '\1'}))};
    test_ = {write("t-images", images_file(2, 3)), write("t-labels", labels_file({'\0', '\2'}))};
  }
  DataSource source() const { return {.source = "idx", .train = train_, .test = test_}; }
  DataSource with_images(const fs::path& images) const {
    return {.source = "idx", .train = {images, train_[1]}, .test = test_};
  }
  DataSource with_labels(const fs::path& labels) const {
    return {.source = "idx", .train = {train_[0], labels}, .test = test_};
  }
  std::vector<fs::path> train_;
  std::vector<fs::path> test_;
};

void check(const Data& data) {
  EXPECT_EQ(data.train.channels, 1);
  EXPECT_EQ(data.train.side, 3);
  EXPECT_EQ(data.train.labels, (std::vector<Label>{2, 0, 2, 1}));
  ASSERT_EQ(data.train.pixels.size(), 36u);
  for (std::size_t i = 0; i < 36; ++i) EXPECT_EQ(data.train.pixels[i], 10 * (i / 9) + i % 9);
  EXPECT_EQ(data.test.labels, (std::vector<Label>{0, 2}));
  EXPECT_EQ(data.classes, 3);
  EXPECT_EQ(data.class_names, (std::vector<std::string>{"0", "1", "2"}));
}

TEST_F(Idx, ReadsPlainFiles) {
  check(load_data(source()));
  const DataShape shape = inspect_data(source());
  EXPECT_EQ(shape.channels, 1);
  EXPECT_EQ(shape.side, 3);
  EXPECT_EQ(shape.classes, 3);
  EXPECT_EQ(shape.train_images, 4u);
  EXPECT_EQ(shape.test_images, 2u);
}

TEST_F(Idx, ReadsGzipWhateverTheName) {
  train_ = {write_gzip("images", images_file(4, 3)),
            write_gzip("l.gz", labels_file({'\2', '\0', '\2', '\1'}))};
  check(load_data(source()));
}

TEST_F(Idx, ReadsGzipOfSeveralMembers) {
  const std::string all = images_file(4, 3);
  write_gzip("a", all.substr(0, 20));
  write_gzip("b", all.substr(20));
  check(load_data(with_images(write("ab", test::contents(path("a")) + test::contents(path("b"))))));
}

TEST_F(Idx, LimitIsBalanced) {
  DataSource limited = source();
  limited.train_images = 3;
  const Data data = load_data(limited);
  EXPECT_EQ(data.train.labels, (std::vector<Label>{2, 0, 1}));
  EXPECT_EQ(data.train.pixels[18], 30);
  limited.train_images = 5;
  expect_refused(limited, ExitCode::bad_job, "holds 4 images, but 5");
}

TEST_F(Idx, RefusesWrongHeaders) {
  const std::string good = images_file(4, 3);
  expect_refused(with_images(path("none")), ExitCode::missing_input, "none: no such file");
  expect_refused(with_images(folder_), ExitCode::bad_data, "not a regular file");
  expect_refused(with_images(write("x", "")), ExitCode::bad_data, "only 0 bytes");
  expect_refused(with_images(write("x", good.substr(0, 15))), ExitCode::bad_data, "only 15 bytes");
  expect_refused(with_images(write("x", big_endian(0x0d03) + good.substr(4))), ExitCode::bad_data,
                 "magic number 0x00000d03; expected 0x00000803");
  expect_refused({.source = "idx", .train = {train_[1], train_[0]}, .test = test_}, ExitCode::bad_data,
                 "IDX header");
  expect_refused(with_labels(train_[0]), ExitCode::bad_data, "wrong order");
  expect_refused(with_images(write("x", images_file(0, 3))), ExitCode::bad_data, "holds no image");
  expect_refused(with_labels(write("x", labels_file(""))), ExitCode::bad_data, "holds no label");
  expect_refused(with_images(write("x", images_file(4, 0))), ExitCode::bad_data, "0 x 0 pixels");
  std::string oblong = good;
  oblong[11] = 4;
  expect_refused(with_images(write("x", oblong)), ExitCode::bad_data, "4 x 3 pixels; expected square");
  expect_refused(with_images(write("x", big_endian(0x803) + std::string(12, '\xff'))), ExitCode::bad_data,
                 "4294967295 x 4294967295 pixels");
}

TEST_F(Idx, RefusesHugeClaimsBeforeAllocating) {
  const std::string claim = big_endian(0x803) + big_endian(0xFFFFFFFFu) + big_endian(4096) + big_endian(4096);
  expect_refused(with_images(write("x", claim)), ExitCode::bad_data, "claims 72057594021150736 bytes");
  expect_refused(with_images(write_gzip("x", claim)), ExitCode::bad_data, "cannot hold them");
  const std::string million = big_endian(0x803) + big_endian(1000000) + big_endian(28) + big_endian(28);
  expect_refused(with_images(write_gzip("x", million)), ExitCode::bad_data, "cannot hold them");
  expect_refused(with_labels(write("x", big_endian(0x801) + big_endian(0xFFFFFFFFu))), ExitCode::bad_data,
                 "cannot hold them");
}

TEST_F(Idx, RefusesTruncatedAndTrailingBytes) {
  const std::string good = images_file(4, 3);
  const auto load = [&](const fs::path& images) {
    return [this, images] { load_data(with_images(images)); };
  };
  expect_refused(with_images(write("x", good.substr(0, good.size() - 1))), ExitCode::bad_data, "truncated");
  expect_error(ExitCode::bad_data, "more than 52 bytes; its header says 52: trailing bytes",
               load(write("x", good + "y")));
  expect_error(ExitCode::bad_data, "trailing bytes", load(write_gzip("x", good + "y")));
  expect_error(ExitCode::bad_data, "51 bytes; its header says 52: truncated",
               load(write_gzip("x", good.substr(0, good.size() - 1))));
  expect_refused(with_labels(write("x", labels_file({'\1', '\0', '\1', '\1'}) + "z")), ExitCode::bad_data,
                 "trailing");
}

TEST_F(Idx, RefusesDamagedGzip) {
  const std::string whole = test::contents(write_gzip("x", images_file(4, 3)));
  const auto load = [&](const fs::path& images) {
    return [this, images] { load_data(with_images(images)); };
  };
  expect_error(ExitCode::bad_data, "x: damaged or truncated gzip data",
               load(write("x", whole.substr(0, whole.size() - 6))));
  std::string damaged = whole;
  damaged[whole.size() - 6] ^= 1;  // of the checksum
  expect_error(ExitCode::bad_data, "x: damaged or truncated gzip data", load(write("x", damaged)));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(load_data(with_images(write("x", whole.substr(0, length)))), Error) << length;
  }
}

TEST_F(Idx, RefusesSetsThatDoNotFitTogether) {
  expect_refused(with_labels(write("x", labels_file({'\1', '\0', '\2'}))), ExitCode::bad_data,
                 "3 labels; expected 4, as many as there are images in");
  expect_refused(with_images(write("x", images_file(4, 5))), ExitCode::bad_data,
                 "images of side 3; expected 5");
  expect_refused(with_labels(write("x", labels_file({'\1', '\0', '\1', '\1'}))), ExitCode::bad_data,
                 "label 2; expected 0 to 1");
  expect_refused(with_labels(write("x", labels_file(std::string(4, '\0')))), ExitCode::bad_data,
                 "at least 2 classes");
  expect_refused({.source = "idx", .train = {train_[0]}, .test = test_}, ExitCode::bad_job,
                 "train has 1 paths; source \"idx\" expects two");
}

// Reads the real set where the tester has one.
TEST(IdxReal, ReadsMnist) {
  const char* name = std::getenv("FLASH_MNIST_DIR");
  if (name == nullptr) GTEST_SKIP() << "FLASH_MNIST_DIR is not set";
  const fs::path folder = name;
  const Data data =
      load_data({.source = "idx",
                 .train = {folder / "train-images-idx3-ubyte.gz", folder / "train-labels-idx1-ubyte.gz"},
                 .test = {folder / "t10k-images-idx3-ubyte.gz", folder / "t10k-labels-idx1-ubyte.gz"}});
  EXPECT_EQ(data.train.size(), 60000u);
  EXPECT_EQ(data.test.size(), 10000u);
  EXPECT_EQ(data.train.side, 28);
  EXPECT_EQ(data.classes, 10);
  EXPECT_NEAR(data.mean[0], 0.1307, 1e-4);  // widely published
  EXPECT_NEAR(data.std_dev[0], 0.3081, 1e-4);
}

}  // namespace
}  // namespace flash
