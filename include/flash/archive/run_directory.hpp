// A run directory: RUN/job.toml (of the last start), RUN/journal, RUN/archive.h5, RUN/LOCK, RUN/status.json,
// RUN/models.json, RUN/images.json (the digest of the images), RUN/checkpoints (of trainings under way).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "flash/archive/run_lock.hpp"
#include "flash/core/file.hpp"

namespace flash {

// Held by rank 0 of a running job. Creating one locks the directory; the destructor unlocks it.
//
// Where the lock was not released cleanly, the process that held it may live on, out of sight (run_lock.hpp).
// It is then fenced off, on any file system and whatever it does when: its journal is replaced by a copy, so
// that what it appends from then on reaches nobody, and its temporary files are removed, so that its renames
// fail; of what it does between two looks at the lock nothing can reach the newcomer's files.
//
// A run may have been copied by hard links (cp -al). Its journal, the one file that is written in place, is
// then replaced by a copy as well, so that neither run writes into the other's.
class RunDirectory {
 public:
  // Creates the directory (and parents) and freezes the job in it if it is not there. Throws Error usage where
  // the directory holds something that is not a run, or is in use (naming host and process id); io where it
  // cannot be made or written.
  RunDirectory(std::filesystem::path path, const std::string& job_text);

  // Replaces a file of the run (write_file_atomically). Throws also Error stopped where the run has been
  // taken over; the file is then untouched.
  void write(const std::filesystem::path& path, std::string_view contents,
             Durability durability = Durability::synced) const;

  // Removes a STOP file that was there this long ago, by the file system's own clock: it stopped an earlier
  // start.
  void discard_stop_file(double seconds) const;

  void keep() { lock_->keep(); }  // see RunLock
  const std::string& inherited_from() const { return lock_->inherited_from(); }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path job() const { return path_ / "job.toml"; }
  std::filesystem::path images() const { return path_ / "images.json"; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
  std::filesystem::path networks() const { return path_ / "networks"; }  // as files, by the ranks' trainers
  std::filesystem::path journal() const { return path_ / "journal"; }
  std::filesystem::path archive() const { return path_ / "archive.h5"; }
  std::filesystem::path models() const { return path_ / "models.json"; }
  std::filesystem::path status() const { return path_ / "status.json"; }
  std::filesystem::path stop_file() const { return path_ / "STOP"; }

 private:
  void discard_temporary() const;
  void fence_off() const;
  void replace_journal() const;  // by a copy of it

  std::filesystem::path path_;
  std::optional<RunLock> lock_;
};

}  // namespace flash
