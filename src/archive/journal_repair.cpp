#include <algorithm>
#include <system_error>

#include "flash/archive/journal.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "journal_format.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;
using namespace journal_format;

// Gives the file a second name, path.damaged or the next free one, so that at every moment there is a journal
// under the first. Where the file system has no hard links, a copy.
fs::path keep_original(const fs::path& path) {
  for (int attempt = 1; attempt < 1000; ++attempt) {
    fs::path kept = path.string() + ".damaged";
    if (attempt > 1) kept += '.' + std::to_string(attempt);
    std::error_code error;
    if (fs::exists(fs::symlink_status(kept, error))) continue;
    fs::create_hard_link(path, kept, error);
    if (error == std::errc::file_exists) continue;
    if (error) fs::copy_file(path, kept, error);
    if (error) {
      throw Error(ExitCode::io,
                  "cannot keep the damaged journal as " + kept.string() + ": " + error.message());
    }
    return kept;
  }
  throw Error(ExitCode::io, path.string() + ".damaged and its numbered names are all taken; remove some");
}

}  // namespace

RepairReport repair_journal(const fs::path& path) {
  const std::string file = read_file(path);
  const std::string_view view = file;
  const bool headed = view.substr(0, magic.size()) == magic;
  RepairReport report;
  std::string saved(magic);
  std::size_t offset = headed ? magic.size() : 0;
  while (offset < file.size()) {
    const auto header = header_at(view, offset);
    if (header && payload_whole(view, offset, *header)) {
      const std::size_t size = header_size + header->length;
      saved.append(view.substr(offset, size));
      offset += size;
      ++report.records;
    } else {
      offset = find_record(view, behind_damage(view, offset));
    }
  }
  if (!headed && report.records == 0 && !magic.starts_with(view)) {
    throw Error(ExitCode::bad_data,
                path.string() + " holds no record of a flash journal; it is left as it is");
  }
  if (saved == file) return report;
  report.lost_bytes = file.size() + (headed ? 0 : magic.size()) - saved.size();
  report.original = keep_original(path);
  write_file_atomically(path, saved);
  return report;
}

}  // namespace flash
