// The lock of a run directory: one process at a time writes into a run.
#pragma once

#include <filesystem>

namespace flash {

// Holds RUN/LOCK: an flock on the file, which the kernel drops however the process ends, and in it one line
// of JSON that says who holds it: {"version", "host", "pid", "started", "started_unix"}. After a clean
// release the file is empty. So a lock that is free but still has text was left by a killed process, perhaps
// on another host.
class RunLock {
 public:
  // `run` exists. Waits 3 s for a holder that is about to end. Throws Error usage where another process still
  // holds it (naming host, process id and since when); io where the file cannot be made. Where the file
  // system knows no locks, warns and goes on.
  explicit RunLock(const std::filesystem::path& run);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace flash
