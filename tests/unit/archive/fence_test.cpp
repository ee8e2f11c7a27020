// A newcomer takes a run over from a holder that lives on: whatever that one does when, nothing of it reaches
// the newcomer's files, and it stops by itself.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <random>
#include <thread>

#include "flash/archive/journal.hpp"
#include "flash/archive/run_directory.hpp"
#include "flash/core/file.hpp"
#include "flash/core/json.hpp"
#include "temporary_folder.hpp"

namespace flash {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

// Touches a lock as its holder does, though more often.
class SignsOfLife {
 public:
  explicit SignsOfLife(fs::path lock)
      : thread_([lock = std::move(lock)](const std::stop_token& end) {
          for (; !end.stop_requested(); std::this_thread::sleep_for(milliseconds(10)))
            ::utimensat(AT_FDCWD, lock.c_str(), nullptr, 0);
        }) {}

 private:
  std::jthread thread_;
};

bool is_open_here(const fs::path& path) {
  std::error_code ignored;
  for (const fs::directory_entry& fd : fs::directory_iterator("/proc/self/fd"))
    if (fs::equivalent(fd.path(), path, ignored)) return true;
  return false;
}

class FenceTest : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    run_ = folder_ / "run";
    slurm("7", "");
  }
  void TearDown() override {
    slurm("", "");
    FolderTest::TearDown();
  }
  // What Slurm tells a job: its id, and how often it has been requeued.
  static void slurm(const char* job, const char* restarts) {
    ::setenv("SLURM_JOB_ID", job, 1);
    ::setenv("SLURM_RESTART_COUNT", restarts, 1);
  }
  Error refusal() {
    return error_of([&] { RunDirectory directory(run_, job_); });
  }
  // A lock as a process on another host leaves it, or holds it where locks do not reach from host to host.
  void foreign_lock(const char* job) const {
    fs::create_directories(run_);
    std::ofstream(run_ / "LOCK") << Json{{"version", 1},     {"id", "1-2"},        {"host", "another"},
                                         {"pid", 12},        {"started", "then"},  {"started_unix", 0},
                                         {"slurm_job", job}, {"slurm_restarts", 0}}
                                        .dump();
  }
  fs::path run_;
  const std::string job_ = "[space]\n";
};

TEST_F(FenceTest, ACleanEndLeavesNothingToFenceOff) {
  { const RunDirectory first(run_, job_); }
  const RunDirectory second(run_, job_);
  EXPECT_THAT(second.inherited_from(), IsEmpty());
}

TEST_F(FenceTest, TheRequeuedJobTakesOverFromItsOlderCopyAtOnce) {
  RunDirectory older(run_, job_);
  Journal old_journal(older.journal());
  old_journal.append(1, "before");
  older.write(older.archive(), "before");
  std::ofstream(run_ / "archive.h5.tmp.node1.17") << "half an archive";

  slurm("7", "1");
  RunDirectory newer(run_, job_);
  EXPECT_THAT(newer.inherited_from(), HasSubstr("process " + std::to_string(::getpid())));
  EXPECT_FALSE(fs::exists(run_ / "archive.h5.tmp.node1.17"));
  JournalContents contents;
  Journal new_journal(newer.journal(), &contents);
  ASSERT_EQ(contents.records.size(), 1U);

  EXPECT_EQ(error_of([&] { old_journal.append(1, "after"); }).code(), ExitCode::stopped);
  EXPECT_EQ(error_of([&] { older.write(older.archive(), "after"); }).code(), ExitCode::stopped);
  const auto keep_on = [&] {
    for (;; std::this_thread::sleep_for(milliseconds(10))) older.keep();  // it looks once a second
  };
  EXPECT_EQ(error_of(keep_on).code(), ExitCode::stopped);
  EXPECT_EQ(read_file(newer.archive()), "before");
  EXPECT_NO_THROW(newer.keep());
  new_journal.append(1, "new");
  EXPECT_EQ(read_journal(newer.journal()).records.size(), 2U);
}

// Whoever has copied the run by hard links has given its journal a second name.
TEST_F(FenceTest, AHardLinkToTheJournalDoesNotHideThatItWasReplaced) {
  const RunDirectory older(run_, job_);
  Journal old_journal(older.journal());
  old_journal.append(1, "before");
  fs::create_hard_link(older.journal(), folder_ / "backup");

  slurm("7", "1");
  const RunDirectory newer(run_, job_);
  EXPECT_EQ(error_of([&] { old_journal.append(1, "after"); }).code(), ExitCode::stopped);
  EXPECT_EQ(read_journal(folder_ / "backup").records.size(), 1U);
  EXPECT_EQ(read_journal(newer.journal()).records.size(), 1U);
}

TEST_F(FenceTest, ARunAndItsCopyByHardLinksWriteJournalsOfTheirOwn) {
  const fs::path copy = folder_ / "copy";
  {
    const RunDirectory run(run_, job_);
    Journal(run.journal()).append(1, "both");
  }
  fs::copy(run_, copy, fs::copy_options::recursive | fs::copy_options::create_hard_links);
  for (const fs::path& path : {run_, copy}) {
    const RunDirectory run(path, job_);
    Journal(run.journal()).append(1, path.string());
  }
  for (const fs::path& path : {run_, copy}) {
    const JournalContents contents = read_journal(path / "journal");
    ASSERT_EQ(contents.records.size(), 2U);
    EXPECT_EQ(contents.records.back().payload, path.string());
  }
}

TEST_F(FenceTest, ARunMayBeReachedByALinkAndMovedWhileNothingRuns) {
  const fs::path link = folder_ / "link";
  fs::create_directory(run_);
  fs::create_directory_symlink(run_, link);
  {
    const RunDirectory run(link, job_);
    Journal journal(run.journal());
    journal.append(1, "through the link");
    EXPECT_EQ(refusal().code(), ExitCode::usage);
    journal.append(1, "and again");
  }
  const fs::path moved = folder_ / "moved";
  fs::rename(run_, moved);
  const RunDirectory run(moved, job_);
  EXPECT_THAT(run.inherited_from(), IsEmpty());
  Journal journal(run.journal());
  journal.append(1, "moved");
  EXPECT_EQ(read_journal(moved / "journal").records.size(), 3U);

  fs::rename(moved, run_);  // under a process that runs
  EXPECT_EQ(error_of([&] { journal.append(1, "lost"); }).code(), ExitCode::stopped);
  EXPECT_EQ(read_journal(run_ / "journal").records.size(), 3U);
}

// Its temporary file may have been removed between its last look at the lock and the renaming.
TEST_F(FenceTest, AnOlderCopyThatFailsToWriteSaysThatItWasTakenOver) {
  const RunDirectory older(run_, job_);
  EXPECT_EQ(error_of([&] { older.write(run_ / "no" / "file", "old"); }).code(), ExitCode::io);
  slurm("7", "1");
  const RunDirectory newer(run_, job_);
  EXPECT_EQ(error_of([&] { older.write(run_ / "no" / "file", "old"); }).code(), ExitCode::stopped);
}

TEST_F(FenceTest, TheOlderCopysEndDoesNotUnlockTheNewcomer) {
  std::optional<RunDirectory> older(std::in_place, run_, job_);
  slurm("7", "1");
  const RunDirectory newer(run_, job_);
  older.reset();
  EXPECT_NE(read_file(run_ / "LOCK"), "");
  EXPECT_EQ(refusal().code(), ExitCode::usage);
}

TEST_F(FenceTest, NobodyElseIsTakenOverFrom) {
  const RunDirectory holder(run_, job_);
  EXPECT_EQ(refusal().code(), ExitCode::usage);  // the same start twice
  slurm("8", "1");
  EXPECT_EQ(refusal().code(), ExitCode::usage);  // another job
  slurm("", "");
  EXPECT_EQ(refusal().code(), ExitCode::usage);  // no Slurm at all
  slurm("7", "2");
  const RunDirectory newer(run_, job_);
  slurm("7", "1");
  EXPECT_EQ(refusal().code(), ExitCode::usage);  // an older copy that comes late
}

// mpirun was killed, and its ranks need longer than anybody waits for others.
TEST_F(FenceTest, AHolderWhoseLauncherHasEndedIsWaitedForLonger) {
  const pid_t launcher = ::fork();
  if (launcher == 0) {
    if (::fork() == 0) {
      const RunDirectory directory(run_, job_);
      std::this_thread::sleep_for(milliseconds(4500));
      ::_exit(0);
    }
    while (!fs::exists(run_ / "job.toml")) std::this_thread::sleep_for(milliseconds(5));
    ::_exit(0);
  }
  ::waitpid(launcher, nullptr, 0);
  EXPECT_NO_THROW(RunDirectory(run_, job_));
}

TEST_F(FenceTest, AHolderThatGaveSignsOfLifeAndThenDiedIsSucceeded) {
  const pid_t holder = ::fork();
  if (holder == 0) {
    RunDirectory directory(run_, job_);
    for (;; std::this_thread::sleep_for(milliseconds(10))) directory.keep();
  }
  const fs::path lock = run_ / "LOCK";
  while (!fs::exists(run_ / "job.toml")) std::this_thread::sleep_for(milliseconds(5));
  std::thread killer([&] {
    while (!is_open_here(lock)) std::this_thread::sleep_for(milliseconds(1));
    const fs::file_time_type seen = fs::last_write_time(lock);
    while (fs::last_write_time(lock) == seen) std::this_thread::sleep_for(milliseconds(1));
    ::kill(holder, SIGKILL);
  });
  EXPECT_NO_THROW(RunDirectory(run_, job_));
  killer.join();
  ::waitpid(holder, nullptr, 0);
}

TEST_F(FenceTest, AHolderOutOfReachThatLivesIsSeenToLive) {
  foreign_lock("");
  const SignsOfLife holder(run_ / "LOCK");
  EXPECT_THAT(refusal().what(), HasSubstr("in use by process 12 on host another"));
}

TEST_F(FenceTest, AHolderOutOfReachThatIsDeadIsSucceeded) {
  foreign_lock("");
  const RunDirectory directory(run_, job_);
  EXPECT_THAT(directory.inherited_from(), HasSubstr("process 12 on host another"));
}

// Nobody waits to see whether it lives: here it does.
TEST_F(FenceTest, TheSameJobsCopyOnAnotherHostIsTakenOverFrom) {
  foreign_lock("7");
  const SignsOfLife holder(run_ / "LOCK");
  slurm("7", "1");
  const RunDirectory directory(run_, job_);
  EXPECT_THAT(directory.inherited_from(), HasSubstr("process 12 on host another"));
}

// The older copy is halted anywhere between two instructions, and goes on only when the newcomer has written.
TEST_F(FenceTest, HaltedAnywhereTheOlderCopyReachesNothing) {
  std::mt19937 random(11);
  for (int round = 0; round < 25; ++round) {
    fs::remove_all(run_);
    slurm("7", "");
    const pid_t older = ::fork();
    if (older == 0) {
      try {
        RunDirectory directory(run_, job_);
        Journal journal(directory.journal());
        for (int n = 0;; ++n) {
          journal.append(1, std::to_string(n));
          directory.write(directory.archive(), "old " + std::to_string(n));
          directory.keep();
        }
      } catch (const Error& error) {
        ::_exit(static_cast<int>(error.code()));
      }
    }
    while (!fs::exists(run_ / "archive.h5")) std::this_thread::sleep_for(milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
    ::kill(older, SIGSTOP);
    int status = 0;
    ::waitpid(older, &status, WUNTRACED);
    ASSERT_TRUE(WIFSTOPPED(status));

    slurm("7", "1");
    RunDirectory newer(run_, job_);
    JournalContents contents;
    Journal journal(newer.journal(), &contents);
    journal.append(2, "new");
    newer.write(newer.archive(), "new");
    ::kill(older, SIGCONT);
    ::waitpid(older, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(ExitCode::stopped));

    EXPECT_EQ(read_file(newer.archive()), "new");
    const JournalContents after = read_journal(newer.journal());
    ASSERT_EQ(after.records.size(), contents.records.size() + 1);
    for (std::size_t n = 0; n < contents.records.size(); ++n)
      EXPECT_EQ(after.records[n].payload, std::to_string(n));
    EXPECT_EQ(after.records.back().payload, "new");
    EXPECT_EQ(after.torn_bytes, 0U);
  }
}

}  // namespace
}  // namespace flash
