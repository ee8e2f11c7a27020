#include "flash/archive/run_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>
#include <tuple>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/json.hpp"
#include "flash/log/log.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

// A run whose launcher was killed ends by itself, but its ranks need a moment to notice, a longer one where
// the machine is busy: whoever starts the same command again at once must not be refused for that.
constexpr double patience_seconds = 3;
constexpr double patience_with_orphans_seconds = 20;
constexpr double keep_seconds = 1;
constexpr std::chrono::milliseconds between_tries{50};

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw Error(ExitCode::io, "cannot " + what + " " + path.string() + ": " + std::strerror(errno));
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string own_text() {
  std::random_device random;
  const double now = unix_time();
  const Json owner{{"version", 1},
                   {"id", std::to_string(random()) + "-" + std::to_string(random())},
                   {"host", host_name()},
                   {"pid", static_cast<std::int64_t>(::getpid())},
                   {"parent", static_cast<std::int64_t>(::getppid())},
                   {"started", utc_text(now)},
                   {"started_unix", now},
                   {"slurm_job", environment("SLURM_JOB_ID")},
                   {"slurm_restarts", std::atol(environment("SLURM_RESTART_COUNT").c_str())}};
  return owner.dump() + "\n";
}

std::string read_text(int fd) {
  std::array<char, 1024> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

// What a lock's text says, as far as it can be read; an empty object where it cannot.
Json owner_of(const std::string& text) {
  Json owner = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return owner.is_object() ? owner : Json::object();
}

// "process 12 on host n1, since 2026-01-31T12:34:56Z".
std::string name_of(const Json& owner) {
  const auto field = [&](const char* key) {
    return !owner.contains(key)     ? std::string("?")
           : owner[key].is_string() ? owner[key].get<std::string>()
                                    : owner[key].dump();
  };
  return "process " + field("pid") + " on host " + field("host") + ", since " + field("started");
}

bool is_older_copy(const Json& owner, const Json& own) {
  const auto job = own["slurm_job"].get<std::string>();
  return !job.empty() && owner.value("slurm_job", Json()) == job &&
         owner.value("slurm_restarts", Json()).is_number_integer() &&
         owner["slurm_restarts"] < own["slurm_restarts"];
}

// Whether the holder is a process of this host whose launcher has ended.
bool is_orphan(const Json& owner) {
  if (!owner.contains("pid") || !owner["pid"].is_number_integer() || !owner.contains("parent")) return false;
  std::ifstream file("/proc/" + owner["pid"].dump() + "/stat");
  std::string text;
  std::getline(file, text);
  // "12 (name) state parent ...": the name may hold anything.
  std::istringstream behind_name(text.substr(std::min(text.rfind(')') + 1, text.size())));
  char state = 0;
  std::int64_t parent = 0;
  return (behind_name >> state >> parent) && owner["parent"] != parent;
}

// Of times only equality is asked: clocks may jump.
bool same_moment(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

void write_text(int fd, const std::string& text, const fs::path& path) {
  if (::ftruncate(fd, 0) != 0) fail("write", path);
  const ssize_t written = ::pwrite(fd, text.data(), text.size(), 0);
  if (written >= 0 && static_cast<std::size_t>(written) < text.size()) errno = ENOSPC;
  if (written != static_cast<ssize_t>(text.size())) fail("write", path);
}

}  // namespace

RunLock::RunLock(const fs::path& run) : path_(run / "LOCK"), text_(own_text()) {
  try {
    wait_for_turn();
  } catch (...) {
    if (fd_ >= 0) ::close(fd_);
    throw;
  }
}

void RunLock::wait_for_turn() {
  const Stopwatch waited;
  const Json own = owner_of(text_);
  struct stat first {};
  for (;; std::this_thread::sleep_for(between_tries)) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd_ < 0) fail("open", path_);
    const bool locked = ::flock(fd_, LOCK_EX | LOCK_NB) == 0;
    const bool knows_locks = locked || errno == EWOULDBLOCK || errno == EINTR;
    if (!knows_locks && errno != ENOLCK && errno != EOPNOTSUPP && errno != ENOSYS) fail("lock", path_);
    struct stat opened {
    }, named{};
    if (::fstat(fd_, &opened) != 0) fail("read", path_);
    // Between open and flock a newcomer may have put another file there.
    if (::stat(path_.c_str(), &named) != 0 || named.st_ino != opened.st_ino) continue;
    if (first.st_ino != opened.st_ino) first = opened;

    const std::string text = read_text(fd_);
    const Json owner = owner_of(text);
    const bool elsewhere = owner.contains("host") && owner["host"] != own["host"];
    const bool orphan = !elsewhere && is_orphan(owner);
    const bool out_of_patience =
        waited.seconds() > (orphan ? patience_with_orphans_seconds : patience_seconds);
    // Where the lock cannot tell, signs of life do. Here it can: whoever gave some and then let go has ended.
    const bool signs = !same_moment(first.st_mtim, opened.st_mtim);
    const bool lives = (knows_locks && !locked) || (signs && (elsewhere || !locked));
    if (!text.empty() && is_older_copy(owner, own)) {
      inherited_from_ = name_of(owner);
      return locked ? hold() : replace();
    }
    if (!lives && (text.empty() || out_of_patience || (locked && !elsewhere))) {
      if (!knows_locks)
        log_warning("{}: this file system has no locks; see to it that no second flash uses this run",
                    path_.string());
      if (!text.empty()) inherited_from_ = name_of(owner);
      return hold();
    }
    if (lives && out_of_patience)
      throw Error(ExitCode::usage, path_.parent_path().string() + " is in use by " + name_of(owner) +
                                       "; wait for it, stop it, or use another directory with -o");
  }
}

void RunLock::hold() { write_text(fd_, text_, path_); }

// The holder keeps the file that it has locked, and finds another one under its name.
void RunLock::replace() {
  const fs::path fresh = path_.string() + ".tmp." + std::to_string(::getpid());
  ::close(std::exchange(fd_, -1));
  fd_ = ::open(fresh.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd_ < 0) fail("create", fresh);
  ::flock(fd_, LOCK_EX | LOCK_NB);
  write_text(fd_, text_, fresh);
  if (::rename(fresh.c_str(), path_.c_str()) != 0) fail("rename to", path_);
}

RunLock::~RunLock() {
  if (held()) std::ignore = ::ftruncate(fd_, 0);
  ::close(fd_);  // also releases the lock
}

bool RunLock::held() const {
  const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno != ENOENT;
  const bool same = read_text(fd) == text_;
  ::close(fd);
  return same;
}

void RunLock::require_held() const {
  if (!held())
    throw Error(ExitCode::stopped, path_.parent_path().string() +
                                       " has been taken over by another process (its LOCK says by which); "
                                       "this one stops and writes no more");
}

void RunLock::keep() {
  if (since_kept_.seconds() < keep_seconds) return;
  since_kept_ = Stopwatch();
  require_held();
  ::futimens(fd_, nullptr);
}

bool is_left_behind(const fs::path& run) {
  constexpr double silence_seconds = 30;
  const int fd = ::open((run / "LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return true;
  struct stat status {};
  const bool silent =
      ::fstat(fd, &status) == 0 && unix_time() - static_cast<double>(status.st_mtim.tv_sec) > silence_seconds;
  const bool is_free = silent && ::flock(fd, LOCK_SH | LOCK_NB) == 0;
  ::close(fd);  // which gives the lock back
  return is_free;
}

}  // namespace flash
