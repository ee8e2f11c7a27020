// The archive file: HDF5, made whole in memory and then written as one file (RunDirectory::write), so that a
// reader sees a whole one.
#pragma once

#include <filesystem>

#include "flash/archive/table.hpp"

namespace flash {

inline constexpr const char* archive_format = "flash-archive";
inline constexpr const char* archive_format_version = "2.4.0";  // semantic; analysis/FORMAT.md is the spec
inline constexpr int oldest_archive_format = 1;  // first number of the oldest that is still read

// Columns are chunked, shuffled, deflated and carry a fletcher32 checksum; texts are of fixed length, the
// column's longest. The file ends with its SHA-256. Adds the root attributes format and format_version (which
// are ignored in `contents`). In texts, NUL and bytes that are not UTF-8 become U+FFFD. Throws Error internal
// for columns of unequal length in one table.
std::string archive_bytes(const ArchiveContents& contents);

// What was written, in the order in which it was written, without format and format_version. Throws Error
// missing_input; bad_data where the file is no HDF5 file, truncated, damaged, changed by another program, no
// flash archive or of a format other than 1.x and 2.x, saying which. The checksum keeps damage from HDF5, but
// is no signature. Of what somebody has altered in bad faith and sealed anew, lengths, links, filters and
// texts are checked and not left to HDF5; HDF5 may still crash where its own checksums were made good too, so
// try an archive of unknown origin in another process first (flash/process/trial.hpp).
ArchiveContents read_archive(const std::filesystem::path& path);

}  // namespace flash
