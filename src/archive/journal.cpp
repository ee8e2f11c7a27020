#include "flash/archive/journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "journal_format.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;
using namespace journal_format;

[[noreturn]] void fail_io(const std::string& what, const fs::path& path, int error) {
  throw Error(ExitCode::io, "cannot " + what + " " + path.string() + ": " + std::strerror(error));
}

[[noreturn]] void fail_damaged(const fs::path& path, std::size_t offset) {
  const fs::path run = path.parent_path();
  throw Error(ExitCode::bad_data, path.string() + " is damaged at byte " + std::to_string(offset) +
                                      "; run `flash repair " + (run.empty() ? "." : run.string()) +
                                      "` to save the records that are whole");
}

// Records up to the first one that is not whole. Whether that one is merely torn shows what lies behind it: a
// kill leaves nothing there, so a whole record further on means damage.
JournalContents parse(std::string_view file, const fs::path& path) {
  JournalContents contents;
  if (file.substr(0, magic.size()) != magic) {
    const bool torn_at_birth = magic.substr(0, file.size()) == file;
    if (!torn_at_birth && find_record(file, 0) < file.size()) fail_damaged(path, 0);
    if (!torn_at_birth)
      throw Error(ExitCode::bad_data, path.string() + " is not a flash journal of version 1");
    contents.torn_bytes = file.size();
    return contents;
  }
  std::size_t offset = magic.size();
  while (offset < file.size()) {
    const auto header = header_at(file, offset);
    if (!header || !payload_whole(file, offset, *header)) break;
    contents.records.push_back(
        {header->type, std::string(file.substr(offset + header_size, header->length))});
    offset += header_size + header->length;
  }
  if (offset < file.size() && find_record(file, behind_damage(file, offset)) < file.size()) {
    fail_damaged(path, offset);
  }
  contents.good_bytes = offset;
  contents.torn_bytes = file.size() - offset;
  return contents;
}

void sync_folder_of(const fs::path& path) {
  const fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail_io("open", folder, errno);
  const int result = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  if (result != 0) fail_io("sync", folder, error);
}

// Writes all of `bytes` at `offset`; 0, or the error number. Nothing is said of what a failed one has
// written.
int write_at(int fd, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

}  // namespace

JournalContents read_journal(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    throw Error(ExitCode::bad_data, path.string() + " is not a file, so no flash journal");
  }
  return parse(read_file(path), path);
}

Journal::Journal(const fs::path& path, JournalContents* contents) : path_(path) {
  JournalContents found;
  std::error_code ignored;
  const bool exists = fs::exists(path, ignored);
  if (exists) found = read_journal(path);
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) fail_io("open", path, errno);
  size_ = found.good_bytes;
  try {
    if (found.torn_bytes > 0 && ::ftruncate(fd_, static_cast<off_t>(size_)) != 0) {
      fail_io("cut the torn record off", path, errno);
    }
    if (size_ == 0) {
      if (const int error = write_at(fd_, magic, 0)) fail_io("write", path, error);
      size_ = magic.size();
    }
    dirty_ = true;
    sync();
    if (!exists) sync_folder_of(path);
  } catch (...) {
    ::close(fd_);
    throw;
  }
  if (contents) *contents = std::move(found);
}

Journal::~Journal() {
  if (dirty_) ::fdatasync(fd_);  // a failure cannot be told any more; callers who care call sync()
  ::close(fd_);
}

void Journal::append(std::uint32_t type, std::string_view payload) {
  if (payload.size() > max_payload) {
    throw Error(ExitCode::internal,
                "a journal record of " + std::to_string(payload.size()) + " bytes is too long");
  }
  require_own_file();
  const std::string record = encode(type, payload);
  if (const int error = write_at(fd_, record, size_)) {
    // Should even this fail, the next record is written over the torn one, or the next reader cuts it off.
    [[maybe_unused]] const int result = ::ftruncate(fd_, static_cast<off_t>(size_));
    fail_io("write", path_, error);
  }
  size_ += record.size();
  dirty_ = true;
  tick();
}

// Not by its number of names: a copy of the run by hard links gives the file one more.
void Journal::require_own_file() const {
  struct stat own {
  }, named{};
  if (::fstat(fd_, &own) != 0) fail_io("read", path_, errno);
  const bool there = ::stat(path_.c_str(), &named) == 0;
  if (there && named.st_ino == own.st_ino && named.st_dev == own.st_dev) return;
  throw Error(ExitCode::stopped,
              path_.string() + (there ? " has been taken over by another process" : " is no longer there") +
                  "; this one stops and writes no more");
}

void Journal::tick() {
  if (dirty_ && since_sync_.seconds() >= sync_seconds) sync();
}

void Journal::sync() {
  if (!dirty_) return;
  if (::fdatasync(fd_) != 0) fail_io("sync", path_, errno);
  dirty_ = false;
  since_sync_ = Stopwatch();
}

}  // namespace flash
