#include "columns.hpp"

#include <algorithm>
#include <stdexcept>

#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/core/nearest.hpp"

namespace flash {

PerMetric<MetricColumn> usual_columns() {
  PerMetric<MetricColumn> columns;
  for (const Metric metric : plain_fitted_metrics) columns[metric].column = key(metric);
  return columns;
}

void refuse_row(const std::filesystem::path& path, const CsvRow& row, const std::string& what) {
  throw Error(ExitCode::bad_data, path.string() + ":" + std::to_string(row.line) + ": " + what);
}

void fit_rows_to_columns(const std::filesystem::path& path, Csv& csv) {
  const std::vector<std::string> names = csv.rows.front().cells;
  for (CsvRow& row : csv.rows) {
    while (row.cells.size() > names.size() && row.cells.back().empty()) row.cells.pop_back();
    if (row.cells.size() != names.size())
      refuse_row(path, row,
                 "has " + std::to_string(row.cells.size()) + " cells, but the first row names " +
                     std::to_string(names.size()) + " columns" +
                     (row.cells.front().starts_with('#') ? " (comments stand above that row alone)" : ""));
    for (std::size_t cell = 0; cell < names.size(); ++cell)
      if (names[cell].empty() && !row.cells[cell].empty())
        refuse_row(path, row,
                   "holds " + in_quotes(row.cells[cell]) + " in column " + std::to_string(cell + 1) +
                       ", which has no name: is a decimal comma not in quotes?");
  }
}

std::optional<std::size_t> Columns::find(const std::string& column) const {
  const auto& names = head().cells;
  const std::string wanted = folded(column);
  const auto is_it = [&](const std::string& name) { return folded(name) == wanted; };
  if (std::ranges::count_if(names, is_it) > 1)
    refuse("has the column " + in_quotes(column) + " more than once");
  const auto found = std::ranges::find_if(names, is_it);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::string Columns::missing(const std::string& column) const {
  const std::string what = "has no column " + in_quotes(column);
  for (const CsvRow& comment : csv_.comments)
    if (std::ranges::find(comment.cells, folded(column), folded) != comment.cells.end())
      return what + ", but line " + std::to_string(comment.line) +
             " does, behind a # that makes it a comment: delete the #";
  if (count() == 1)
    return what + ", but only " + in_quotes(name(0)) +
           ": columns are separated by commas, semicolons, tabs or bars";
  const std::string close = nearest(column, head().cells);
  if (!close.empty())
    return what + "; did you mean " + in_quotes(close) + "? Name it in the job's [hardware]";
  return what + " among " + in_quotes(joined(head().cells)) + "; name the columns in the job's [hardware]";
}

std::size_t Columns::use(const std::string& column) {
  const std::optional<std::size_t> cell = find(column);
  if (!cell) refuse(missing(column));
  if (!used_.insert(*cell).second)
    refuse("the job's [hardware] names the column " + in_quotes(column) + " twice");
  return *cell;
}

std::optional<std::size_t> Columns::find_unused(const std::string& column) const {
  const std::optional<std::size_t> cell = find(column);
  return cell && used_.contains(*cell) ? std::nullopt : cell;
}

// A column that the job does not name may have another unit in its name than the usual one.
std::optional<std::size_t> Columns::find_metric(Metric metric, const MetricColumn& wanted) const {
  if (const auto cell = find(wanted.column); cell || wanted.required) return cell;
  std::optional<std::size_t> found;
  for (std::size_t cell = 0; cell < count(); ++cell) {
    const ColumnName said = parse_column_name(name(cell));
    if (said.words != std::vector{std::string(flash::name(metric))}) continue;
    if (said.units.empty() && !said.in_brackets) continue;
    if (found)
      refuse("has the columns " + in_quotes(name(*found)) + " and " + in_quotes(name(cell)) +
             "; name one as hardware." + std::string(flash::name(metric)) + "_column");
    found = cell;
  }
  return found;
}

std::vector<MetricCells> Columns::use_metrics(const TableFormat& format) {
  std::vector<MetricCells> metrics;
  for (const Metric metric : fitted_metrics()) {
    const MetricColumn& wanted = format.metrics[metric];
    const std::optional<std::size_t> found = find_metric(metric, wanted);
    if (!found && wanted.required) refuse(missing(wanted.column));
    if (!found) continue;
    const std::size_t cell = use(name(*found));
    try {
      metrics.push_back({metric, cell, column_unit(name(cell), metric, wanted.unit)});
    } catch (const std::invalid_argument& error) {
      refuse("column " + in_quotes(name(cell)) + " " + error.what());
    }
  }
  if (metrics.empty()) refuse(missing(format.metrics[Metric::latency].column));
  for (const Metric metric : fitted_metrics()) refuse_unread(metric, metrics);
  return metrics;
}

// A metric that the table seems to have must not be left out in silence.
void Columns::refuse_unread(Metric metric, const std::vector<MetricCells>& read) const {
  const std::string of(flash::name(metric));
  if (std::ranges::find(read, metric, &MetricCells::metric) != read.end()) return;
  for (std::size_t cell = 0; cell < count(); ++cell) {
    const ColumnName said = parse_column_name(name(cell));
    if (used_.contains(cell) || std::ranges::find(said.words, of) == said.words.end()) continue;
    const auto number = [&](const CsvRow& row) {
      return row.cells.size() > cell && !row.cells[cell].empty() &&
             std::string_view(".+-0123456789").find(row.cells[cell].front()) != std::string_view::npos;
    };
    if (std::none_of(csv_.rows.begin() + 1, csv_.rows.end(), number)) continue;
    refuse("column " + in_quotes(name(cell)) + " seems to hold the " + of +
           ", but names no unit of it that flash knows; set hardware." + of + "_column and hardware." + of +
           "_unit, or delete the column");
  }
}

}  // namespace flash
