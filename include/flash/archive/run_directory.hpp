// A run directory: RUN/job.toml (frozen), RUN/journal, RUN/archive.h5, RUN/LOCK, RUN/status.json,
// RUN/models.json, RUN/log.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "flash/archive/run_lock.hpp"

namespace flash {

// Held by rank 0 of a running job. Creating one locks the directory; the destructor unlocks it.
class RunDirectory {
 public:
  // Creates the directory (and parents) if it is not there, else checks that its job is this one.
  // Throws Error usage where the directory holds another job (naming the first differing line), holds
  // something that is not a run, or is in use (naming host and process id); io where it cannot be made or
  // written.
  RunDirectory(std::filesystem::path path, const std::string& job_text);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path journal() const { return path_ / "journal"; }
  std::filesystem::path archive() const { return path_ / "archive.h5"; }
  std::filesystem::path models() const { return path_ / "models.json"; }
  std::filesystem::path status() const { return path_ / "status.json"; }
  std::filesystem::path stop_file() const { return path_ / "STOP"; }

 private:
  std::filesystem::path path_;
  std::optional<RunLock> lock_;
};

}  // namespace flash
