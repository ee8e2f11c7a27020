// Comma-separated values (RFC 4180, read by libcsv); internal to the room.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace flash {

struct CsvRow {
  int line = 0;  // of the file, from 1
  std::vector<std::string> cells;
};

// All rows but blank lines and comments (lines that begin with #). Blanks around a cell are no part of it.
// Throws Error missing_input, io; bad_data where quotes do not match or the file is larger than 64 MiB.
std::vector<CsvRow> read_csv(const std::filesystem::path& path);

}  // namespace flash
