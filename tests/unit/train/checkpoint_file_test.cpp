// Checkpoints in files: what a training does where they are missing, damaged, foreign, or cannot be written.
#include "flash/train/checkpoint_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flash/core/file.hpp"
#include "flash/log/log.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

class CheckpointFiles : public testing::Test {
 protected:
  CheckpointFiles() {
    settings_.epochs = 2;
    std::string pattern = (fs::temp_directory_path() / "flash-checkpoint-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~CheckpointFiles() override { fs::remove_all(folder_); }

  // What is said goes to `said_`.
  TrainingResult train(double every_s = 0, const std::string& key = "key") {
    CheckpointFile checkpoints({file(), key, every_s});
    std::ostringstream lines;
    const auto before = spdlog::default_logger();
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines)));
    const TrainingResult result = train_network(space_, space_.point(0), data_, settings_, 5, {&checkpoints});
    spdlog::set_default_logger(before);
    said_ = lines.str();
    return result;
  }
  fs::path file() const { return folder_ / "checkpoints" / "key"; }
  std::size_t lines_said() const { return static_cast<std::size_t>(std::ranges::count(said_, '\n')); }

  Space space_{tiny_space()};
  Data data_ = tiny_data();
  TrainingSettings settings_ = tiny_training();
  fs::path folder_;
  std::string said_;
};

TEST_F(CheckpointFiles, AreWrittenAsOftenAsAsked) {
  train(/*every_s=*/1e6);
  EXPECT_FALSE(fs::exists(file()));
  train(/*every_s=*/0);
  ASSERT_TRUE(fs::exists(file()));
  EXPECT_THAT(said_, IsEmpty());
  // No temporary file stays, and the file itself: its training's result is not safe yet.
  EXPECT_EQ(std::distance(fs::directory_iterator(file().parent_path()), {}), 1);
}

TEST_F(CheckpointFiles, AreGoneOnFrom) {
  const TrainingResult whole = train();
  const TrainingResult rest = train(/*every_s=*/1e6);  // from the last checkpoint, at the last batch
  EXPECT_THAT(said_, IsEmpty());
  EXPECT_EQ(rest.accuracy, whole.accuracy);
  EXPECT_EQ(rest.train_loss, whole.train_loss);
  EXPECT_EQ(rest.curve.at(0).seconds, whole.curve.at(0).seconds);  // was not run again
}

TEST_F(CheckpointFiles, ThatCannotBeTrustedAreSaidAndNotUsed) {
  const TrainingResult whole = train();
  const std::string bytes = read_file(file());
  const auto begins_anew = [&](const std::string& reason, const std::string& key = "key") {
    const TrainingResult result = train(/*every_s=*/1e6, key);
    EXPECT_THAT(said_, HasSubstr("cannot be used, the training begins anew: " + reason));
    EXPECT_THAT(said_, HasSubstr(file().string()));
    EXPECT_EQ(lines_said(), 1U) << said_;
    EXPECT_EQ(result.accuracy, whole.accuracy);
    EXPECT_EQ(result.train_loss, whole.train_loss);
  };
  const auto put = [&](const std::string& contents) {
    write_file_atomically(
        file(), contents, [] {}, Durability::unsynced);
  };
  begins_anew("it is another training's", "another");
  put(bytes.substr(0, bytes.size() / 2));
  begins_anew("it is damaged");
  std::string changed = bytes;
  changed[bytes.size() - 5] = static_cast<char>(changed[bytes.size() - 5] ^ 1);
  put(changed);
  begins_anew("it is damaged");
  put("");
  begins_anew("it is no checkpoint");
  put(bytes + std::string(10'000, '\0'));
  begins_anew("it is too long");
  fs::remove(file());
  fs::create_directory(file());
  begins_anew("it is no file");
  fs::remove(file());
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);  // nobody would ever write to it
  begins_anew("it is no file");
}

TEST_F(CheckpointFiles, OfNetworksOfOtherShapesAreNotUsed) {
  train();
  space_ = Space(tiny_space("dense-cells", Block::depthwise));
  const TrainingResult result = train(/*every_s=*/1e6);
  EXPECT_THAT(said_, HasSubstr("begins anew"));
  EXPECT_EQ(result.curve.size(), 2U);
}

TEST_F(CheckpointFiles, ThatCannotBeWrittenAreSaidOnceAndCostNothingElse) {
  const TrainingResult whole = train(/*every_s=*/1e6);
  write_file_atomically(folder_ / "checkpoints", "a file where the folder should be");
  const TrainingResult result = train();
  EXPECT_THAT(said_, HasSubstr("cannot be written, a stop would cost the training under way: "));
  EXPECT_THAT(said_, HasSubstr(file().string()));
  EXPECT_EQ(lines_said(), 1U) << said_;
  EXPECT_EQ(result.accuracy, whole.accuracy);
  EXPECT_EQ(result.train_loss, whole.train_loss);
}

TEST_F(CheckpointFiles, ThatTheDiskHasNoRoomForAreSaidOnceToo) {
  const TrainingResult whole = train(/*every_s=*/1e6);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit limit = before;
  limit.rlim_cur = 100;  // bytes a file
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const TrainingResult result = train();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(said_, HasSubstr("cannot be written"));
  EXPECT_EQ(lines_said(), 1U) << said_;
  EXPECT_EQ(result.train_loss, whole.train_loss);
  EXPECT_TRUE(fs::is_empty(file().parent_path()));  // no temporary file stays
}

}  // namespace
}  // namespace flash
