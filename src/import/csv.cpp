#include "csv.hpp"

#include <csv.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"

namespace flash {
namespace {

constexpr std::size_t max_bytes = std::size_t{64} << 20;

// What libcsv knows nothing of: the byte order mark, Windows' line ends, comments. Lines keep their numbers.
std::string plain(std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  std::erase(text, '\r');
  bool comment = false;
  bool line_start = true;
  std::string result;
  for (const char c : text) {
    if (line_start) comment = c == '#';
    line_start = c == '\n';
    if (!comment || line_start) result += c;
  }
  return result;
}

struct Reader {
  std::vector<CsvRow> rows{};
  CsvRow row{1, {}};
  int lines = 1;

  void cell(std::string_view text) {
    row.cells.emplace_back(text);
    lines += static_cast<int>(std::ranges::count(text, '\n'));  // within quotes
  }
  void end() {
    if (!row.cells.empty()) rows.push_back(std::move(row));
    row = {++lines, {}};
  }
};

void on_cell(void* text, size_t size, void* reader) {
  static_cast<Reader*>(reader)->cell({static_cast<const char*>(text), size});
}
void on_row_end(int, void* reader) { static_cast<Reader*>(reader)->end(); }

}  // namespace

std::vector<CsvRow> read_csv(const std::filesystem::path& path) {
  std::error_code none;
  if (std::filesystem::file_size(path, none) > max_bytes && !none)
    throw Error(ExitCode::bad_data,
                path.string() + ": is larger than 64 MiB, which no table of measurements is");
  const std::string text = plain(read_file(path));
  csv_parser parser{};
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
    throw Error(ExitCode::internal, "libcsv cannot be set up");
  const std::unique_ptr<csv_parser, void (*)(csv_parser*)> owner(&parser, csv_free);
  Reader reader;
  if (csv_parse(&parser, text.data(), text.size(), on_cell, on_row_end, &reader) != text.size() ||
      csv_fini(&parser, on_cell, on_row_end, &reader) != 0) {
    throw Error(ExitCode::bad_data, path.string() + ":" + std::to_string(reader.lines) +
                                        ": is not valid CSV: " + csv_strerror(csv_error(&parser)) +
                                        " (a quote within a cell is written twice, in quotes)");
  }
  return std::move(reader.rows);
}

}  // namespace flash
