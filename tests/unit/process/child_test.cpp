#include "flash/process/child.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/log/log.hpp"
#include "flash/process/frame.hpp"

namespace flash {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

// The error of one call; fails the test where there is none.
Error error_of(Child& child, const std::string& request = "x", double timeout_seconds = 0) {
  try {
    child.call(request, timeout_seconds);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "the call threw nothing";
  return Error(ExitCode::ok, "");
}

bool process_exists(int pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

// cat speaks frames: it sends back the bytes it gets.
TEST(Child, AnswersManyRequestsInOneLife) {
  Child cat({"/bin/cat"});
  EXPECT_EQ(cat.pid(), -1);
  EXPECT_EQ(cat.call("hello"), "hello");
  const int pid = cat.pid();
  for (int i = 0; i < 200; ++i) EXPECT_EQ(cat.call(std::to_string(i)), std::to_string(i));
  EXPECT_EQ(cat.call(""), "");
  EXPECT_EQ(cat.pid(), pid);
}

// Lines that begin with its name are for the user, what its libraries print is not.
TEST(Child, PassesOnWhatItHasToSay) {
  Child child(shell("echo 'noise of a library' >&2; echo 'sh: a warning' >&2; exec cat"));
  std::ostringstream said_to;
  auto& sinks = spdlog::default_logger()->sinks();
  sinks.push_back(std::make_shared<spdlog::sinks::ostream_sink_mt>(said_to));
  EXPECT_EQ(child.call("x"), "x");
  sinks.pop_back();
  const std::string said = said_to.str();
  EXPECT_THAT(said, HasSubstr("] a warning\n"));
  EXPECT_THAT(said, testing::Not(HasSubstr("noise")));
}

TEST(Child, FindsProgramsInThePath) {
  Child cat({"cat"});
  EXPECT_EQ(cat.call("hello"), "hello");
}

// cat answers while it is still being asked, with far more than the pipes hold.
TEST(Child, CarriesTheLargestFramesWithoutDeadlock) {
  Child cat({"/bin/cat"});
  std::string large(max_frame_bytes, 'a');
  large[large.size() / 2] = 'b';
  EXPECT_TRUE(cat.call(large) == large);
}

TEST(Child, RefusesARequestOverTheLimit) {
  Child cat({"/bin/cat"});
  EXPECT_EQ(error_of(cat, std::string(max_frame_bytes + 1, 'a')).code(), ExitCode::io);
  EXPECT_EQ(cat.call("still there"), "still there");
}

TEST(Child, SaysThatItWasKilled) {
  Child child(shell("kill -9 $$"));
  const Error error = error_of(child);
  EXPECT_EQ(error.code(), ExitCode::internal);
  EXPECT_THAT(error.what(), HasSubstr("killed by signal 9 (Killed), often a sign of exhausted memory"));
}

TEST(Child, SaysThatItCrashed) {
  Child child(shell("kill -SEGV $$"));
  const Error error = error_of(child);
  EXPECT_THAT(error.what(), HasSubstr("killed by signal 11 (Segmentation fault)"));
  EXPECT_THAT(error.what(), Not(HasSubstr("memory")));
}

TEST(Child, SaysTheExitCodeAndTheLastLineOfItsErrors) {
  Child child(shell("echo first >&2; echo 'no such data set' >&2; echo >&2; exit 3"));
  const Error error = error_of(child);
  EXPECT_EQ(error.code(), ExitCode::internal);
  EXPECT_THAT(error.what(), HasSubstr("exited with code 3: no such data set"));
}

TEST(Child, AnUnfinishedLastLineCounts) {
  Child child(shell("echo first >&2; printf 'last words' >&2; exit 1"));
  EXPECT_THAT(error_of(child).what(), HasSubstr("exited with code 1: last words"));
}

TEST(Child, MuchOnStandardErrorNeitherBlocksNorFillsMemory) {
  Child child(shell("head -c 3000000 /dev/zero | tr '\\0' z >&2; exec cat"));
  EXPECT_EQ(child.call("hello"), "hello");
  Child dying(shell("yes 'a line that is repeated' | head -n 100000 >&2; exit 7"));
  EXPECT_THAT(error_of(dying).what(), HasSubstr("exited with code 7: a line that is repeated"));
}

TEST(Child, StartsAgainAfterADeath) {
  Child child(shell("IFS= read -r line; echo gone >&2; exit 1"));
  error_of(child, "one\n");
  EXPECT_EQ(child.pid(), -1);
  EXPECT_THAT(error_of(child, "two\n").what(), HasSubstr("gone"));
}

TEST(Child, StartsAgainWhereItDiedBetweenRequests) {
  Child cat({"/bin/cat"});
  EXPECT_EQ(cat.call("one"), "one");
  const int pid = cat.pid();
  ::kill(pid, SIGKILL);
  siginfo_t info;
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT),
            0);  // dead, and left to its owner
  EXPECT_EQ(cat.call("two"), "two");
  EXPECT_NE(cat.pid(), pid);
}

TEST(Child, KillsWhatTakesTooLong) {
  Child child({"/bin/sleep", "infinity"});
  const Stopwatch clock;
  const Error error = error_of(child, "x", 0.3);
  EXPECT_EQ(error.code(), ExitCode::internal);
  EXPECT_THAT(error.what(), HasSubstr("took longer than 0.3 s"));
  EXPECT_GE(clock.seconds(), 0.3);
  EXPECT_EQ(child.pid(), -1);
}

// Bytes that trickle in must not postpone the limit.
TEST(Child, TheLimitHoldsForATalkativeChild) {
  Child child(shell("while :; do echo busy >&2; done"));
  EXPECT_THAT(error_of(child, "x", 0.3).what(), HasSubstr("took longer"));
}

TEST(Child, StopsWhileWaiting) {
  int questions = 0;
  Child child({"/bin/sleep", "infinity"}, [&] { return ++questions == 3; });
  EXPECT_EQ(error_of(child).code(), ExitCode::stopped);
  EXPECT_EQ(questions, 3);
  EXPECT_EQ(child.pid(), -1);
}

TEST(Child, AMissingProgramIsNamed) {
  for (const std::string program : {"/nowhere/flash-trainer", "flash-no-such-program"}) {
    Child child({program});
    const Error error = error_of(child);
    EXPECT_EQ(error.code(), ExitCode::missing_input);
    EXPECT_THAT(error.what(), HasSubstr(program));
    EXPECT_THAT(error.what(), HasSubstr("No such file"));
  }
  Child folder({"/tmp"});
  EXPECT_EQ(error_of(folder).code(), ExitCode::missing_input);
}

TEST(Child, AnEmptyCommandIsAnError) { EXPECT_THROW(Child({}), Error); }

TEST(Child, ATruncatedReplyIsADeath) {
  Child child(shell("printf '\\005\\000\\000\\000abc'; echo torn >&2; exit 4"));
  EXPECT_THAT(error_of(child).what(), HasSubstr("exited with code 4: torn"));
}

TEST(Child, TextInPlaceOfAReplyIsRefusedAndTheChildReplaced) {
  Child child(shell("echo 'Warning: something'; exec cat"));
  const Error error = error_of(child);
  EXPECT_EQ(error.code(), ExitCode::io);
  EXPECT_THAT(error.what(), HasSubstr("over the limit"));
  EXPECT_EQ(child.pid(), -1);
}

TEST(Child, AClosedOutputIsNotWaitedForForEver) {
  Child child(shell("exec >&-; echo 'closed it' >&2; sleep infinity"));
  EXPECT_THAT(error_of(child).what(), HasSubstr("closed its output without a reply: closed it"));
}

// The grandchild keeps the pipes open; the child's own end must be seen all the same.
TEST(Child, AGrandchildDoesNotHideADeath) {
  Child child(shell("sleep 5 & exit 6"));
  EXPECT_THAT(error_of(child).what(), HasSubstr("exited with code 6"));
}

TEST(Child, IgnoresSignalsMeantForThisProcess) {
  Child cat({"/bin/cat"});
  EXPECT_EQ(cat.call("one"), "one");
  const int pid = cat.pid();
  for (int number : {SIGINT, SIGTERM, SIGUSR1}) ::kill(pid, number);
  EXPECT_EQ(cat.call("two"), "two");
  EXPECT_EQ(cat.pid(), pid);
  EXPECT_EQ(::getpgid(pid), pid);
}

TEST(Child, EndsWithItsOwner) {
  int pid = -1;
  {
    Child cat({"/bin/cat"});
    cat.call("x");
    pid = cat.pid();
    EXPECT_TRUE(process_exists(pid));
  }
  EXPECT_FALSE(process_exists(pid));
}

// A process that is killed cannot clean up: the kernel must.
TEST(Child, EndsWhenThisProcessIsKilled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t middle = ::fork();
  if (middle == 0) {
    Child sleeper({"/bin/cat"});
    sleeper.call("x");
    const int pid = sleeper.pid();
    if (::write(ends[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  int pid = -1;
  ASSERT_EQ(::read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ::close(ends[0]);
  ::close(ends[1]);
  // Dead or a zombie that nobody has reaped yet: its command line is then empty.
  bool dead = false;
  while (!dead) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
    dead = std::string(std::istreambuf_iterator<char>(file), {}).empty();
    if (!dead) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(dead);
  ::waitpid(middle, nullptr, 0);
}

TEST(Child, LeaksNoDescriptors) {
  const auto open_descriptors = [] {
    int count = 0;
    for (int fd = 0; fd < 256; ++fd) count += ::dup2(fd, fd) == fd;
    return count;
  };
  const int before = open_descriptors();
  for (int i = 0; i < 5; ++i) {
    Child killed(shell("kill -9 $$"));
    error_of(killed);
    Child missing({"/nowhere/program"});
    error_of(missing);
    Child cat({"/bin/cat"});
    cat.call("x");
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace flash
