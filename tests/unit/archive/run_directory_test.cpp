#include "flash/archive/run_directory.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <optional>

#include "flash/archive/run_lock.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/file.hpp"
#include "flash/core/json.hpp"
#include "temporary_folder.hpp"

namespace flash {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class RunDirectoryTest : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    run_ = folder_ / "a" / "run";
  }
  Error refusal(const std::string& job) {
    return error_of([&] { RunDirectory directory(run_, job); });
  }
  fs::path run_;
  const std::string job_ = "[space]\nwm = [1]\nd = [5]\n";
};

TEST_F(RunDirectoryTest, FreezesTheJobAndResumesIt) {
  {
    const RunDirectory directory(run_, job_);
    EXPECT_EQ(read_file(run_ / "job.toml"), job_);
    EXPECT_EQ(directory.journal(), run_ / "journal");
  }
  std::ofstream(run_ / "journal") << "x";
  EXPECT_NO_THROW(RunDirectory(run_, job_));
}

TEST_F(RunDirectoryTest, IsLeftBehindWhereNobodyHoldsItNorHasForLong) {
  const auto grow_old = [&] {
    fs::last_write_time(run_ / "LOCK", fs::file_time_type::clock::now() - std::chrono::minutes(1));
  };
  {
    const RunDirectory directory(run_, job_);
    EXPECT_FALSE(is_left_behind(run_));
    grow_old();
    EXPECT_FALSE(is_left_behind(run_));  // silent, but alive
  }
  std::ofstream(run_ / "LOCK") << "of a process that was killed";
  EXPECT_FALSE(is_left_behind(run_));  // on another host, perhaps
  grow_old();
  EXPECT_TRUE(is_left_behind(run_));
}

TEST_F(RunDirectoryTest, KeepsTheFrozenJobOfAnother) {
  { const RunDirectory directory(run_, job_); }
  { const RunDirectory directory(run_, "another"); }
  EXPECT_EQ(read_file(run_ / "job.toml"), job_);
}

TEST_F(RunDirectoryTest, FolderOfSomethingElseIsRefusedUntouched) {
  fs::create_directories(run_);
  std::ofstream(run_ / "thesis.tex") << "precious";
  const Error error = refusal(job_);
  EXPECT_EQ(error.code(), ExitCode::usage);
  EXPECT_THAT(error.what(), HasSubstr("thesis.tex"));
  EXPECT_EQ(std::distance(fs::directory_iterator(run_), {}), 1);
}

TEST_F(RunDirectoryTest, StartThatWasKilledBeforeItsJobWasFrozenIsNoHindrance) {
  fs::create_directories(run_);
  std::ofstream(run_ / "LOCK") << "{";
  std::ofstream(run_ / "job.toml.tmp.123") << "[spa";
  EXPECT_NO_THROW(RunDirectory(run_, job_));
}

TEST_F(RunDirectoryTest, SecondProcessIsRefusedNamingTheFirst) {
  std::optional<RunDirectory> directory;
  directory.emplace(run_, job_);
  const Json owner = Json::parse(read_file(run_ / "LOCK"));
  EXPECT_EQ(owner.at("host"), host_name());
  EXPECT_EQ(owner.at("pid"), ::getpid());
  const Error error = refusal(job_);
  EXPECT_EQ(error.code(), ExitCode::usage);
  EXPECT_THAT(error.what(), HasSubstr("process " + std::to_string(::getpid()) + " on host " + host_name()));
  directory.reset();
  EXPECT_NO_THROW(RunDirectory(run_, job_));
}

TEST_F(RunDirectoryTest, LockOfAKilledProcessIsFree) {
  const pid_t child = ::fork();
  if (child == 0) {
    const RunDirectory directory(run_, job_);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_THAT(read_file(run_ / "LOCK"), HasSubstr(std::to_string(child)));
  EXPECT_NO_THROW(RunDirectory(run_, job_));
}

TEST_F(RunDirectoryTest, ImpossiblePathsAreInputOutputErrors) {
  std::ofstream(folder_ / "a") << "a file in the way";
  EXPECT_EQ(refusal(job_).code(), ExitCode::io);
  run_ = folder_ / "a";
  EXPECT_EQ(refusal(job_).code(), ExitCode::io);
  run_ = "/proc/flash/run";
  EXPECT_EQ(refusal(job_).code(), ExitCode::io);
  run_ = folder_ / "link";
  fs::create_symlink("nowhere", run_);
  EXPECT_THAT(refusal(job_).what(), HasSubstr("link: it is a link to nowhere, which does not exist"));
}

TEST_F(RunDirectoryTest, ReadOnlyFolderIsAnInputOutputError) {
  if (::geteuid() == 0) {
    // Root writes anywhere but on a file system that cannot be written.
    run_ = "/sys/flash-run";
  } else {
    fs::create_directories(run_);
    ::chmod(run_.c_str(), 0500);
  }
  EXPECT_EQ(refusal(job_).code(), ExitCode::io);
  if (::geteuid() != 0) ::chmod(run_.c_str(), 0700);
}

TEST_F(RunDirectoryTest, FullDiskLeavesAFolderThatTheNextStartTakes) {
  {
    const FileSizeLimit limit(10);
    EXPECT_EQ(refusal(job_).code(), ExitCode::io);
  }
  EXPECT_NO_THROW(RunDirectory(run_, job_));
}

}  // namespace
}  // namespace flash
