#include "flash/dataset/data_digest.hpp"

#include <sys/stat.h>

#include "files.hpp"

namespace flash {
namespace {

using test::contents;
using test::expect_error;
using test::png_bytes;

class DataDigest : public test::TemporaryFolder {
 protected:
  DataDigest() {
    std::uint8_t level = 0;
    for (const char* name :
         {"train/ant/1.png", "train/ant/2.png", "train/cat/1.png", "test/ant/1.png", "test/cat/1.png"}) {
      write(name, picture(++level));
    }
  }
  static std::string picture(std::uint8_t level) {
    return png_bytes(2, 2, std::vector<std::uint8_t>(4, level), PNG_FORMAT_GRAY);
  }
  DataSource source() const {
    return {.source = "folder", .train = {path("train")}, .test = {path("test")}, .side = 8};
  }
  DataSource files(const std::string& kind) const {
    return {.source = kind,
            .train = {path("train/ant/1.png"), path("train/ant/2.png")},
            .test = {path("test/ant/1.png")}};
  }
  static std::string signature(const DataSource& source) {
    double ignored = 0;
    return data_signature(source, &ignored);
  }
  static timespec change_time(const fs::path& file) {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return status.st_ctim;
  }
  static bool same(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
  }
  // The digest once `change` has been made.
  std::string after(const std::function<void()>& change) const {
    change();
    return data_digest(source());
  }
};

TEST_F(DataDigest, IsOfTheContentsNotOfSizeOrTime) {
  const auto file = path("train/ant/1.png");
  const std::string digest = data_digest(source());
  const std::string before = signature(source());
  const fs::file_time_type time = fs::last_write_time(file);
  EXPECT_EQ(digest.size(), 64u);
  EXPECT_EQ(before, signature(source()));
  const std::string old = contents(file);
  std::string changed = old;
  changed.back() ^= 1;
  const timespec first = change_time(file);
  do {  // until the file system's clock has ticked
    write("train/ant/1.png", changed);
    fs::last_write_time(file, time);
  } while (same(change_time(file), first));
  EXPECT_NE(data_digest(source()), digest);
  EXPECT_NE(signature(source()), before);  // the time of the last change cannot be put back
  write("train/ant/1.png", old);
  EXPECT_EQ(data_digest(source()), digest);
}

TEST_F(DataDigest, IsTheSameWhereverTheSetLies) {
  const std::string digest = data_digest(source());
  DataSource moved = source();
  fs::create_directories(path("elsewhere"));
  for (auto* list : {&moved.train, &moved.test}) {
    const auto to = path("elsewhere") / list->front().filename();
    fs::rename(list->front(), to);
    *list = {to};
  }
  EXPECT_EQ(data_digest(moved), digest);
  for (const auto& entry : fs::recursive_directory_iterator(path("elsewhere"))) {
    fs::last_write_time(entry, fs::file_time_type::clock::now() + std::chrono::hours(1));
  }
  EXPECT_EQ(data_digest(moved), digest);
}

TEST_F(DataDigest, TellsNamesClassesAndRolesApart) {
  std::vector<std::string> digests{data_digest(source())};
  digests.push_back(after([&] { fs::rename(path("train/ant/1.png"), path("train/ant/3.png")); }));
  digests.push_back(after([&] {
    for (const char* role : {"train", "test"}) fs::rename(path(role) / "cat", path(role) / "dog");
  }));
  digests.push_back(after([&] { fs::rename(path("train/ant/2.png"), path("train/dog/2.png")); }));
  digests.push_back(after([&] { write("train/dog/3.png", picture(3)); }));
  DataSource exchanged = source();
  std::swap(exchanged.train, exchanged.test);
  digests.push_back(data_digest(exchanged));
  std::sort(digests.begin(), digests.end());
  EXPECT_EQ(std::unique(digests.begin(), digests.end()), digests.end());
}

TEST_F(DataDigest, IsOfTheImagesInUse) {
  DataSource limited = source();
  limited.train_images = 2;  // one of each class
  const std::string digest = data_digest(limited);
  const std::string before = signature(limited);
  write("train/ant/2.png", picture(9));
  EXPECT_EQ(data_digest(limited), digest);
  EXPECT_EQ(signature(limited), before);
  limited.train_images = 3;
  EXPECT_NE(data_digest(limited), digest);
}

TEST_F(DataDigest, OfListedFilesCoversKindAndOrder) {
  const DataSource cifar = files("cifar10");
  DataSource exchanged = cifar;
  std::swap(exchanged.train[0], exchanged.train[1]);
  EXPECT_NE(data_digest(cifar), data_digest(exchanged));
  EXPECT_NE(data_digest(cifar), data_digest(files("cifar100")));
  const std::string digest = data_digest(cifar);
  write("train/ant/2.png", picture(9));
  EXPECT_NE(data_digest(cifar), digest);
}

TEST_F(DataDigest, OfGeneratedImagesCoversWhatTheyAreDrawnFrom) {
  const std::string digest = data_digest({});
  for (const DataSource& other : {DataSource{.side = 16}, DataSource{.channels = 1}, DataSource{.seed = 2},
                                  DataSource{.train_images = 50}, DataSource{.test_images = 50}}) {
    EXPECT_NE(data_digest(other), digest);
  }
  double newest = 1;
  EXPECT_EQ(data_signature({}, &newest), digest);
  EXPECT_EQ(newest, 0);
}

TEST_F(DataDigest, NewestChangeIsTheFileSystems) {
  fs::permissions(path("test/cat/1.png"), fs::perms::owner_all);
  const timespec change = change_time(path("test/cat/1.png"));
  double newest = 0;
  data_signature(source(), &newest);
  EXPECT_NEAR(newest, static_cast<double>(change.tv_sec) + 1e-9 * static_cast<double>(change.tv_nsec), 1e-6);
}

TEST_F(DataDigest, RefusesWhatIsNotThere) {
  DataSource missing = files("cifar10");
  missing.test = {path("none")};
  expect_error(ExitCode::missing_input, "none: no such file", [&] { data_digest(missing); });
  expect_error(ExitCode::missing_input, "none: no such file", [&] { signature(missing); });
  missing.source = "folder";
  missing.train = {path("train")};
  expect_error(ExitCode::missing_input, "none: no such folder", [&] { data_digest(missing); });
}

}  // namespace
}  // namespace flash
