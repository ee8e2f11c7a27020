#include "flash/archive/run_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/json.hpp"
#include "flash/log/log.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

// A run whose launcher was killed ends by itself, but its ranks need a moment to notice: whoever starts the
// same command again at once must not be refused for that.
constexpr double patience_seconds = 3;
constexpr std::chrono::milliseconds between_tries{50};

// False where another process still holds the lock, with errno set.
bool lock(int fd) {
  const Stopwatch watch;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    if (errno == EWOULDBLOCK && watch.seconds() > patience_seconds) return false;
    std::this_thread::sleep_for(between_tries);
  }
  return true;
}

std::string owner_text() {
  const double now = unix_time();
  const Json owner{{"version", 1},
                   {"host", host_name()},
                   {"pid", static_cast<std::int64_t>(::getpid())},
                   {"started", utc_text(now)},
                   {"started_unix", now}};
  return owner.dump() + "\n";
}

// "process 12 on host n1, since 2026-01-31T12:34:56Z", as far as the lock's text tells.
std::string owner_of(int fd) {
  std::array<char, 1024> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  const Json owner =
      Json::parse(text.data(), text.data() + (size > 0 ? size : 0), nullptr, /*allow_exceptions=*/false);
  const auto field = [&](const char* key) {
    const bool there = owner.is_object() && owner.contains(key);
    return !there                   ? std::string("?")
           : owner[key].is_string() ? owner[key].get<std::string>()
                                    : owner[key].dump();
  };
  return "process " + field("pid") + " on host " + field("host") + ", since " + field("started");
}

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw Error(ExitCode::io, "cannot " + what + " " + path.string() + ": " + std::strerror(errno));
}

void write_owner(int fd, const fs::path& path) {
  const std::string text = owner_text();
  if (::ftruncate(fd, 0) != 0) fail("write", path);
  const ssize_t written = ::pwrite(fd, text.data(), text.size(), 0);
  if (written >= 0 && static_cast<std::size_t>(written) < text.size()) errno = ENOSPC;
  if (written != static_cast<ssize_t>(text.size())) fail("write", path);
}

}  // namespace

RunLock::RunLock(const fs::path& run) {
  const fs::path path = run / "LOCK";
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) fail("open", path);
  try {
    if (!lock(fd_)) {
      if (errno == EWOULDBLOCK) {
        throw Error(ExitCode::usage, run.string() + " is in use by " + owner_of(fd_) +
                                         "; wait for it, stop it, or use another directory with -o");
      }
      if (errno != ENOLCK && errno != EOPNOTSUPP && errno != ENOSYS) fail("lock", path);
      spdlog::warn("{}: this file system has no locks; see to it that no second flash uses this run",
                   path.string());
    }
    write_owner(fd_, path);
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

RunLock::~RunLock() {
  [[maybe_unused]] const int result = ::ftruncate(fd_, 0);
  ::close(fd_);  // also releases the lock
}

}  // namespace flash
