// Separated values (RFC 4180, read by libcsv); internal to the room.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace flash {

struct CsvRow {
  int line = 0;  // of the file, from 1
  std::vector<std::string> cells;
};

struct Csv {
  std::vector<CsvRow> comments;  // cut at whatever separates cells, without the #
  std::vector<CsvRow> rows;      // the first one names the columns
};

// All rows but blank ones, those whose cells are all empty. Above the first row there may be comments (lines
// that begin with #, quoted and padded with empty cells where a spreadsheet has saved them) and a line
// "sep=;"; below it a # is a character like any other. RowCells are separated by what separates those of the
// first row most often: commas, semicolons, tabs or bars. Blanks around a cell are no part of it. Throws
// Error as read_plain_text; bad_data where quotes do not match.
Csv read_csv(const std::filesystem::path& path);

std::string in_quotes(std::string_view cell);  // for a message: 'cell', shortened, on one line

}  // namespace flash
