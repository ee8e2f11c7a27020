#include "flash/archive/run_directory.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path, const std::error_code& error) {
  throw Error(ExitCode::io, "cannot " + what + " " + path.string() + ": " + error.message());
}

// A name for a message: short, and nothing in it that could upset a terminal.
std::string excerpt(std::string_view name) {
  constexpr std::size_t max_length = 60;
  std::string text = "'";
  for (const char c : name.substr(0, max_length)) {
    const auto byte = static_cast<unsigned char>(c);
    text += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return text + (name.size() > max_length ? "...'" : "'");
}

bool is_temporary(const fs::path& entry) {
  return entry.filename().string().find(".tmp.") != std::string::npos;
}

// Files that a run may have before its job is frozen: a start that was killed leaves them.
bool may_precede_job(const fs::path& entry) {
  const std::string name = entry.filename().string();
  return name == "LOCK" || is_temporary(entry);
}

void refuse_foreign(const fs::path& run) {
  std::error_code error;
  fs::directory_iterator entry(run, error);
  if (error) fail("read", run, error);
  for (; entry != fs::directory_iterator(); entry.increment(error)) {
    if (!may_precede_job(entry->path())) {
      throw Error(ExitCode::usage, run.string() + " is not empty (it holds " +
                                       excerpt(entry->path().filename().string()) +
                                       ") and is no run of flash; use another directory with -o");
    }
    if (error) fail("read", run, error);
  }
}

}  // namespace

RunDirectory::RunDirectory(fs::path path, const std::string& job_text) : path_(std::move(path)) {
  std::error_code error;
  fs::create_directories(path_, error);
  // A file of that name is no error to every version of create_directories.
  if (!error && !fs::is_directory(path_, error) && !error)
    error = std::make_error_code(std::errc::not_a_directory);
  if (std::error_code ignored; error && fs::is_symlink(path_, ignored) && !fs::exists(path_, ignored))
    throw Error(ExitCode::io, "cannot make the run directory " + path_.string() + ": it is a link to " +
                                  fs::read_symlink(path_, ignored).string() + ", which does not exist");
  if (error) fail("make the run directory", path_, error);

  if (!fs::exists(job(), error)) refuse_foreign(path_);
  lock_.emplace(path_);
  discard_temporary();
  if (!inherited_from().empty()) {
    fence_off();
  } else if (fs::hard_link_count(journal(), error) > 1 && !error) {
    replace_journal();
  }
  if (!fs::exists(job(), error)) write_file_atomically(job(), job_text);
}

// Whoever takes over removes our temporary file, perhaps when we have just looked at the lock: that is no
// failure of the disk.
void RunDirectory::write(const fs::path& path, std::string_view contents, Durability durability) const {
  try {
    write_file_atomically(
        path, contents, [this] { lock_->require_held(); }, durability);
  } catch (const Error&) {
    lock_->require_held();
    throw;
  }
}

// The lock's file has just been written: its time is now.
void RunDirectory::discard_stop_file(double seconds) const {
  std::error_code error;
  const fs::file_time_type stop = fs::last_write_time(stop_file(), error);
  if (error) return;
  const fs::file_time_type now = fs::last_write_time(path_ / "LOCK", error);
  if (error || std::chrono::duration<double>(now - stop).count() > seconds) fs::remove(stop_file(), error);
}

// What tasks were writing when they were killed: with the lock nothing else writes there.
void RunDirectory::discard_temporary() const {
  for (const fs::path& folder : {checkpoints(), networks()}) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
      if (is_temporary(entry.path())) fs::remove(entry.path(), error);
  }
}

// The temporary files first: whoever still saw the lock as its own had made its file by then, so that it is
// renamed before we read or not at all.
void RunDirectory::fence_off() const {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, error)) {
    if (is_temporary(entry.path())) fs::remove(entry.path(), error);
  }
  if (fs::exists(journal(), error)) replace_journal();
}

void RunDirectory::replace_journal() const { write(journal(), read_file(journal())); }

}  // namespace flash
