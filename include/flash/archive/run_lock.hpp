// The lock of a run directory: one process at a time writes into a run, and a newcomer that takes a run over
// fences the one before it off.
#pragma once

#include <filesystem>
#include <string>

#include "flash/core/clock.hpp"

namespace flash {

// Holds RUN/LOCK: an flock on the file, which the kernel drops however the process ends, and in it one line
// of JSON that says who holds it: {"version", "id", "host", "pid", "parent", "started", "started_unix",
// "slurm_job", "slurm_restarts"}. After a clean release the file is empty. So text in a lock that is free was
// left by a process that was killed, or by one that lives on another host of a file system whose locks stay
// on one host; such a holder touches the file every second.
//
// A holder gives way to a newcomer in one case: the newcomer is the same Slurm job after a requeue, so that
// the holder is an older copy, whose node Slurm believes dead. The holder finds out by keep() or
// require_held(), which it calls before it writes, and stops.
class RunLock {
 public:
  // `run` exists. Waits 3 s for a holder that is about to end, 20 s for one of this host whose launcher has
  // ended. Throws Error usage where another process still holds it (naming host, process id and since when);
  // io where the file cannot be made. Where the file system knows no locks, warns and goes on.
  explicit RunLock(const std::filesystem::path& run);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  // Who held it before and did not release it, "process 12 on host n1, since 2026-01-31T12:34:56Z"; empty
  // after a clean release. That process may still live.
  const std::string& inherited_from() const { return inherited_from_; }

  // Throws Error stopped where another process has taken the run over.
  void require_held() const;
  // The same, and a sign of life for others; at most once a second, so that it may be called often.
  void keep();

 private:
  void wait_for_turn();
  void hold();
  void replace();
  bool held() const;

  std::filesystem::path path_;
  std::string text_;  // who this is
  std::string inherited_from_;
  int fd_ = -1;
  Stopwatch since_kept_;
};

// Whether the run was left without a clean release: nobody of this host holds it, nor has anybody given a
// sign of life for 30 s.
bool is_left_behind(const std::filesystem::path& run);

}  // namespace flash
