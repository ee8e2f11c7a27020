#include <numeric>

#include "files.hpp"

namespace flash {
namespace {

using test::expect_refused;

// A record whose pixels are all `pixel`.
std::string record(std::initializer_list<int> labels, int pixel) {
  std::string bytes;
  for (const int label : labels) bytes.push_back(static_cast<char>(label));
  return bytes.append(3072, static_cast<char>(pixel));
}

using Cifar = test::TemporaryFolder;

TEST_F(Cifar, ReadsRecordsOfSeveralFilesInOrder) {
  std::string ramp(1, '\x09');
  for (int i = 0; i < 3072; ++i) ramp.push_back(static_cast<char>(i % 251));
  const DataSource source{.source = "cifar10",
                          .train = {write("a.bin", record({3}, 10) + ramp), write("b.bin", record({0}, 200))},
                          .test = {write("t.bin", record({5}, 7) + record({6}, 8))}};
  const Data data = load_data(source);
  EXPECT_EQ(data.train.labels, (std::vector<Label>{3, 9, 0}));
  EXPECT_EQ(data.test.labels, (std::vector<Label>{5, 6}));
  EXPECT_EQ(data.train.channels, 3);
  EXPECT_EQ(data.train.side, 32);
  EXPECT_EQ(data.train.pixels.size(), 3u * 3072u);
  for (std::size_t i = 0; i < 3072; ++i) ASSERT_EQ(data.train.pixels[3072 + i], i % 251);
  EXPECT_EQ(data.train.pixels.back(), 200);
  EXPECT_EQ(data.classes, 10);
  EXPECT_EQ(data.class_names.back(), "truck");
  const DataShape shape = inspect_data(source);
  EXPECT_EQ(shape.train_images, 3u);
  EXPECT_EQ(shape.test_images, 2u);
  EXPECT_EQ(shape.side, 32);
  EXPECT_EQ(shape.classes, 10);
}

TEST_F(Cifar, FineLabelOfTheHundredCounts) {
  const auto file = write("a.bin", record({19, 99}, 0) + record({1, 2}, 255));
  const Data data = load_data({.source = "cifar100",
                               .train = {file},
                               .test = {write("t.bin", record({4, 0}, 3) + record({1, 1}, 4))}});
  EXPECT_EQ(data.train.labels, (std::vector<Label>{99, 2}));
  EXPECT_EQ(data.classes, 100);
  EXPECT_EQ(data.class_names.at(99), "worm");
  EXPECT_EQ(data.train.pixels[3071], 0);
  EXPECT_EQ(data.train.pixels[3072], 255);
}

TEST_F(Cifar, LimitTakesOneOfEachClassInTurn) {
  std::string bytes;
  for (const int label : {1, 1, 1, 0, 1, 0, 2})
    bytes += record({label}, static_cast<int>(bytes.size() / 3073));
  DataSource source{.source = "cifar10",
                    .train = {write("a.bin", bytes)},
                    .test = {write("t.bin", record({0}, 0) + record({1}, 0))}};
  source.train_images = 5;
  const Data data = load_data(source);  // rounds: records 3 0 6, then 5 1; in file order
  EXPECT_EQ(data.train.labels, (std::vector<Label>{1, 1, 0, 0, 2}));
  std::vector<int> records;
  for (std::size_t i = 0; i < 5; ++i) records.push_back(data.train.pixels[i * 3072]);
  EXPECT_EQ(records, (std::vector<int>{0, 1, 3, 5, 6}));
  EXPECT_EQ(inspect_data(source).train_images, 5u);
  source.train_images = 8;
  expect_refused(source, ExitCode::bad_job, "holds 7 images, but 8 are asked for");
}

TEST_F(Cifar, MeanAndDeviationAreOfTheTrainingImagesInUse) {
  std::string half(1, '\0');
  half.append(1024, '\0').append(512, '\x64').append(512, '\xc8').append(1024, '\xff');
  DataSource source{
      .source = "cifar10", .train = {write("a.bin", half + record({1}, 77))}, .test = {path("a.bin")}};
  source.train_images = 1;
  const Data data = load_data(source);
  ASSERT_EQ(data.mean.size(), 3u);
  EXPECT_FLOAT_EQ(data.mean[0], 0.0f);
  EXPECT_FLOAT_EQ(data.mean[1], 150.0f / 255);
  EXPECT_FLOAT_EQ(data.mean[2], 1.0f);
  EXPECT_FLOAT_EQ(data.std_dev[0], 1.0f / 255);  // never 0
  EXPECT_FLOAT_EQ(data.std_dev[1], 50.0f / 255);
}

TEST_F(Cifar, RefusesWrongFiles) {
  const auto good = write("good.bin", record({1}, 1) + record({2}, 2));
  const auto source = [&](const fs::path& train) {
    return DataSource{.source = "cifar10", .train = {good, train}, .test = {good}};
  };
  const auto missing = path("missing.bin");
  expect_refused(source(missing), ExitCode::missing_input, missing.string() + ": no such file");
  expect_refused(source(write("empty.bin", "")), ExitCode::bad_data, "empty.bin: empty");
  expect_refused(source(write("cut.bin", record({1}, 1).substr(1))), ExitCode::bad_data,
                 "cut.bin: size 3072 is no multiple of 3073: truncated or not a CIFAR-10 binary file");
  expect_refused(source(write("long.bin", record({1}, 1) + "x")), ExitCode::bad_data, "size 3074");
  expect_refused(source(folder_), ExitCode::bad_data, "not a regular file");
  expect_refused(source(write("label.bin", record({9}, 1) + record({10}, 1))), ExitCode::bad_data,
                 "label 10 in record 1; expected 0 to 9");
  expect_refused({.source = "cifar100", .train = {good}, .test = {good}}, ExitCode::bad_data,
                 "no multiple of 3074: truncated or not a CIFAR-100");
}

TEST_F(Cifar, RefusesASingleClass) {
  const auto good = write("good.bin", record({1}, 1) + record({2}, 2));
  const auto one = write("one.bin", record({3}, 1) + record({3}, 2));
  for (const auto& [train, test] : {std::pair(good, one), std::pair(one, good)}) {
    expect_refused({.source = "cifar10", .train = {train}, .test = {test}}, ExitCode::bad_data,
                   "one.bin: all labels are 3; expected at least 2 classes");
  }
}

TEST_F(Cifar, RefusesCoarseAndFineLabelsExchanged) {
  const auto good = write("good.bin", record({4, 0}, 1) + record({1, 32}, 2));
  const auto refused = [&](const std::string& bytes, const std::string& part) {
    expect_refused({.source = "cifar100", .train = {write("x.bin", bytes)}, .test = {good}},
                   ExitCode::bad_data, part);
  };
  refused(record({4, 0}, 1) + record({32, 1}, 1),
          "coarse label 32 in record 1; expected 0 to 19: not a CIFAR-100 binary file, or its labels are");
  // Every byte is possible in either place, but a class has one coarse label.
  refused(
      record({1, 0}, 1) + record({2, 1}, 1) + record({3, 1}, 1),
      "label 1 has the coarse label 3 in record 2, but 2 before; expected the coarse label, then the fine");
  refused(record({4, 100}, 1), "label 100 in record 0; expected 0 to 99");
}

TEST_F(Cifar, RefusesCoarseLabelsThatDifferBetweenTrainingAndTest) {
  const auto train = write("train.bin", record({4, 0}, 1) + record({1, 32}, 2));
  const auto test = write("test.bin", record({1, 32}, 1) + record({3, 0}, 2));
  test::expect_error(ExitCode::bad_data, "test.bin: label 0 has the coarse label 3 in record 1, but 4 before",
                     [&] { inspect_data({.source = "cifar100", .train = {train}, .test = {test}}); });
}

TEST_F(Cifar, RefusesUnreadableFile) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const auto good = write("good.bin", record({1}, 1));
  fs::permissions(good, fs::perms::none);
  test::expect_error(ExitCode::io, "good.bin",
                     [&] { load_data({.source = "cifar10", .train = {good}, .test = {good}}); });
}

TEST_F(Cifar, RefusesPathListsOfTheWrongLength) {
  const auto good = write("good.bin", record({1}, 1));
  expect_refused({.source = "cifar10", .test = {good}}, ExitCode::bad_job, "train has 0 paths");
  expect_refused({.source = "cifar10", .train = {good}}, ExitCode::bad_job, "test has 0 paths");
}

// Reads the real set where the tester has one.
TEST(CifarReal, ReadsEveryRecord) {
  const char* folder = std::getenv("FLASH_CIFAR10_DIR");
  if (folder == nullptr) GTEST_SKIP() << "FLASH_CIFAR10_DIR is not set";
  DataSource source{.source = "cifar10"};
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".bin") continue;
    const bool test = entry.path().filename().string().starts_with("test");
    (test ? source.test : source.train).push_back(entry.path());
  }
  source.train_images = 10000;
  const Data data = load_data(source);
  std::vector<int> counts(10, 0);
  for (const Label label : data.train.labels) ++counts[label];
  EXPECT_EQ(counts, std::vector<int>(10, 1000));
  // The full set's figures, widely published.
  const std::vector<float> mean{0.4914f, 0.4822f, 0.4465f};
  const std::vector<float> std_dev{0.2470f, 0.2435f, 0.2616f};
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(data.mean[c], mean[c], 0.01);
    EXPECT_NEAR(data.std_dev[c], std_dev[c], 0.01);
  }
}

}  // namespace
}  // namespace flash
