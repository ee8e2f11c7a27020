#include "flash/dataset/data_checks.hpp"

#include "image_folder.hpp"

namespace flash {
namespace {

using test::expect_error;
using test::plain;
using test::png_bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using FolderChecks = test::ImageFolder;

TEST_F(FolderChecks, NothingToSayOfASoundSet) {
  EXPECT_THAT(data_warnings(source()), IsEmpty());
  EXPECT_THAT(data_warnings({}), IsEmpty());
  require_readable(source());
  require_readable({});
}

TEST_F(FolderChecks, OneFolderForTrainingAndTest) {
  DataSource same = source();
  same.test = same.train;
  EXPECT_THAT(data_warnings(same), ElementsAre("all 3 test images are training images too: accuracies will "
                                               "say nothing about new images"));
  fs::remove_all(path("test"));
  fs::copy(path("train"), path("test"), fs::copy_options::recursive);
  EXPECT_THAT(data_warnings(source()), ElementsAre(HasSubstr("all 3 test images are training images too")));
}

TEST_F(FolderChecks, CountsSharedAndRepeatedImages) {
  fs::copy_file(path("train/ant/a.png"), path("test/cat/copy.png"));
  EXPECT_THAT(data_warnings(source()), ElementsAre("1 of 3 test images are training images too (the first: " +
                                                   path("test/cat/copy.png").string() + ", the same as " +
                                                   path("train/ant/a.png").string() +
                                                   "): accuracies will be better than on new images"));
  fs::remove(path("test/cat/copy.png"));
  fs::copy_file(path("train/cat/1.png"), path("train/cat/0.png"));
  fs::copy_file(path("train/ant/a.png"), path("train/cat/3.png"));
  EXPECT_THAT(
      data_warnings(source()),
      ElementsAre("2 of 5 training images repeat earlier ones, 1 of them in another class (the first: " +
                  path("train/cat/1.png").string() + ", the same as " + path("train/cat/0.png").string() +
                  ")"));
  DataSource limited = source();
  limited.train_images = 2;  // train/ant/a.png and train/cat/0.png
  EXPECT_THAT(data_warnings(limited), IsEmpty());
}

TEST_F(FolderChecks, CountsWhatIsNotRead) {
  write("train/cat/Thumbs.db", "z");
  write("train/ant/.hidden.png", "z");
  write("test/README.md", "about");
  EXPECT_THAT(data_warnings(source()),
              ElementsAre("2 hidden files, or files that systems leave behind, are not read (the first: " +
                              path("train/ant/.hidden.png").string() + ")",
                          "1 files beside the class folders are not read (the first: " +
                              path("test/README.md").string() + ")"));
}

TEST_F(FolderChecks, DamagedPictureIsFoundBeforeTraining) {
  const std::string whole = test::contents(path("train/cat/2.jpg"));
  write("train/cat/2.jpg", whole.substr(0, whole.size() / 2));
  write("test/cat/a.png", test::contents(path("test/cat/a.png")).substr(0, 40));
  inspect_data(source());         // the first bytes are right
  for (int i = 0; i < 20; ++i) {  // the first of the two, whichever thread is faster
    expect_error(ExitCode::bad_data, path("train/cat/2.jpg").string() + ": unreadable JPEG",
                 [&] { require_readable(source()); });
  }
}

using RecordChecks = test::TemporaryFolder;

std::string record(int label, int pixel) {
  return std::string(1, static_cast<char>(label)).append(3072, static_cast<char>(pixel));
}

TEST_F(RecordChecks, SharedRepeatedAndAbsentImages) {
  std::string all;
  for (int label = 0; label < 10; ++label) all += record(label, label);
  const auto whole = write("all.bin", all);
  const auto copy = write("copy.bin", all);
  EXPECT_THAT(data_warnings({.source = "cifar10", .train = {whole}, .test = {copy}}),
              ElementsAre(HasSubstr("all 10 test images are training images too")));
  EXPECT_THAT(
      data_warnings({.source = "cifar10",
                     .train = {write("few.bin", record(2, 1) + record(4, 2) + record(4, 1))},
                     .test = {write("test.bin", all + record(7, 70))}}),
      ElementsAre(
          "2 of 11 test images are training images too (the first: test image 1, the same as training "
          "image 0): accuracies will be better than on new images",
          "1 of 3 training images repeat earlier ones, 1 of them in another class (the first: training "
          "image 2, the same as training image 0)",
          "no training images of 8 of 10 classes: airplane, automobile, cat, dog, frog and 3 more"));
}

TEST_F(RecordChecks, RefusesWhatLoadingRefuses) {
  const auto good = write("good.bin", record(1, 1) + record(2, 2));
  const DataSource source{.source = "cifar10", .train = {good}, .test = {write("bad.bin", record(77, 1))}};
  expect_error(ExitCode::bad_data, "bad.bin: label 77", [&] { require_readable(source); });
  expect_error(ExitCode::bad_data, "bad.bin: label 77", [&] { data_warnings(source); });
}

}  // namespace
}  // namespace flash
