#include "csv.hpp"

#include <csv.h>

#include <algorithm>
#include <memory>

#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "plain_text.hpp"

namespace flash {
namespace {

constexpr std::string_view separators = "\t;|,";  // the likelier one of two first
constexpr std::string_view blanks = " \t";
constexpr std::string_view no_break_space = "\u00A0";

std::string_view without_front(std::string_view text, std::string_view characters) {
  text.remove_prefix(std::min(text.find_first_not_of(characters), text.size()));
  return text;
}

std::string_view trimmed(std::string_view text) {
  while (true) {
    text = without_front(text, blanks);
    text = text.substr(0, text.find_last_not_of(blanks) + 1);
    if (text.starts_with(no_break_space)) {
      text.remove_prefix(no_break_space.size());
    } else if (text.ends_with(no_break_space)) {
      text.remove_suffix(no_break_space.size());
    } else {
      return text;
    }
  }
}

// Of the row that begins there: its line feed, or the text's end. Quotes in a comment are no quotes, unless
// one opens it.
std::size_t row_end(std::string_view text, std::size_t at) {
  const bool comment = without_front(text.substr(at), blanks).starts_with('#');
  bool within_quotes = false;
  for (; at < text.size() && (within_quotes || text[at] != '\n'); ++at)
    if (text[at] == '"' && !comment) within_quotes = !within_quotes;
  return at;
}

std::vector<std::string> pieces(std::string_view text) {
  std::vector<std::string> cells;
  while (true) {
    const std::size_t end = std::min(text.find_first_of(",;\t|\""), text.size());
    cells.emplace_back(trimmed(text.substr(0, end)));
    if (end == text.size()) return cells;
    text.remove_prefix(end + 1);
  }
}

// Neither within quotes nor within brackets, as in "latency (ms, median)".
char separator_of(std::string_view head) {
  std::vector<std::ptrdiff_t> counts(separators.size());
  bool within_quotes = false;
  int brackets = 0;
  for (const char c : head) {
    if (c == '"') within_quotes = !within_quotes;
    if (c == '(' || c == '[') ++brackets;
    if ((c == ')' || c == ']') && brackets > 0) --brackets;
    const std::size_t which = separators.find(c);
    if (which != std::string_view::npos && !within_quotes && brackets == 0) ++counts[which];
  }
  return separators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

// What stands above the row that names the columns, and where that begins.
struct Preamble {
  std::vector<CsvRow> comments{};
  char separator = '\0';  // of a line "sep=;"
  std::size_t end = 0;
  int lines = 0;
};

Preamble read_preamble(std::string_view text) {
  Preamble above;
  while (above.end < text.size()) {
    const std::size_t end = row_end(text, above.end);
    const std::string_view row = text.substr(above.end, end - above.end);
    const std::string_view words = without_front(row, " \t\",;|");
    if (words.starts_with('#')) {
      above.comments.push_back({above.lines + 1, pieces(words.substr(1))});
    } else if (words.size() > 4 && (words.starts_with("sep=") || words.starts_with("SEP=")) &&
               separators.find(words[4]) != std::string_view::npos) {
      above.separator = words[4];
    } else if (!words.empty()) {
      break;
    }
    above.lines += 1 + static_cast<int>(std::ranges::count(row, '\n'));
    above.end = std::min(end + 1, text.size());
  }
  return above;
}

struct CsvReader {
  std::vector<CsvRow> rows{};
  CsvRow row{};
  int lines = 0;

  void cell(std::string_view text) {
    row.cells.emplace_back(trimmed(text));
    lines += static_cast<int>(std::ranges::count(text, '\n'));  // within quotes
  }
  void end() {
    if (!std::ranges::all_of(row.cells, &std::string::empty)) rows.push_back(std::move(row));
    row = {++lines, {}};
  }
};

void on_cell(void* text, size_t size, void* reader) {
  static_cast<CsvReader*>(reader)->cell({static_cast<const char*>(text), size});
}
void on_row_end(int, void* reader) { static_cast<CsvReader*>(reader)->end(); }

}  // namespace

Csv read_csv(const std::filesystem::path& path) {
  const std::string text = read_plain_text(path);
  Preamble above = read_preamble(text);
  const std::string_view table = std::string_view(text).substr(above.end);
  csv_parser parser{};
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
    throw Error(ExitCode::internal, "libcsv cannot be set up");
  const std::unique_ptr<csv_parser, void (*)(csv_parser*)> owner(&parser, csv_free);
  const char separator =
      above.separator != '\0' ? above.separator : separator_of(table.substr(0, row_end(table, 0)));
  csv_set_delim(&parser, static_cast<unsigned char>(separator));
  CsvReader reader{.row = {above.lines + 1, {}}, .lines = above.lines + 1};
  if (csv_parse(&parser, table.data(), table.size(), on_cell, on_row_end, &reader) != table.size() ||
      csv_fini(&parser, on_cell, on_row_end, &reader) != 0) {
    throw Error(ExitCode::bad_data, path.string() + ":" + std::to_string(reader.lines) +
                                        ": is not valid CSV: " + csv_strerror(csv_error(&parser)) +
                                        " (a quote within a cell is written twice, in quotes)");
  }
  return {std::move(above.comments), std::move(reader.rows)};
}

std::string in_quotes(std::string_view cell) {
  std::string text("'");
  return text.append(one_line(shortened(std::string(cell)))).append("'");
}

}  // namespace flash
