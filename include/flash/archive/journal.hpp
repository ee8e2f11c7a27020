// The journal: an append-only file of records, the only copy of a result until the archive is written.
//
// Format: the 16 bytes "flash-journal 1\n", then records. A record is a 16-byte header (length of the
// payload, type, CRC-32C of the payload, CRC-32C of the 12 bytes before it; each a little-endian uint32) and
// the payload.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/clock.hpp"

namespace flash {

struct Record {
  std::uint32_t type = 0;
  std::string payload;
};

struct JournalContents {
  std::vector<Record> records;   // whole records, in the order written
  std::uint64_t good_bytes = 0;  // up to the end of the last whole record
  std::uint64_t torn_bytes = 0;  // an unfinished last record: what a kill in mid-write leaves
};

// A record that is not whole is a torn one if no whole record lies behind it, and damage otherwise.
// Throws Error missing_input, io; bad_data for damage, naming the offset and `flash repair`.
JournalContents read_journal(const std::filesystem::path& path);

// Saves what is whole: keeps the damaged file as `path`.damaged (or .damaged.2 ...: never over an existing
// one), writes every record that can be found (resynchronising at valid headers after damage) to a new
// journal. A whole journal is left alone. The caller holds the run's lock (run_lock.hpp). Throws Error
// missing_input, io; bad_data where there is no record at all.
struct RepairReport {
  std::size_t records = 0;
  std::uint64_t lost_bytes = 0;
  std::filesystem::path original;  // where the damaged file is now; empty where nothing was damaged
};
RepairReport repair_journal(const std::filesystem::path& path);

class Journal {
 public:
  // Opens or creates; cuts a torn last record off. `contents` receives what it held. Throws as read_journal.
  explicit Journal(const std::filesystem::path& path, JournalContents* contents = nullptr);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Appends; reaches the disk at the latest `sync_seconds` later, provided append or tick is called again, or
  // at sync(). Throws Error io (disk full): the file is then cut back to the last whole record; stopped where
  // another file is there under its name, which is how a newcomer takes a run over (run_directory.hpp), or
  // none.
  void append(std::uint32_t type, std::string_view payload);
  void tick();  // syncs if the last sync is older than sync_seconds and something is unsynced
  void sync();

  static constexpr double sync_seconds = 1.0;

 private:
  void require_own_file() const;

  std::filesystem::path path_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  bool dirty_ = false;
  Stopwatch since_sync_;
};

}  // namespace flash
