// The columns of a table by their names; internal to the room.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "csv.hpp"
#include "flash/import/measured_table.hpp"
#include "flash/import/units.hpp"

namespace flash {

// Throws Error bad_data: "FILE:LINE: what".
[[noreturn]] void refuse_row(const std::filesystem::path& path, const CsvRow& row, const std::string& what);

// Cuts what spreadsheets leave at the end of rows, empty cells beyond the columns. Throws Error bad_data where a row is
// still longer than the first, or shorter, or holds something in a column without a name.
void fit_rows_to_columns(const std::filesystem::path& path, Csv& csv);

struct MetricCells {
  Metric metric;
  std::size_t cell;
  Unit unit;
};

// Names are compared without regard to case, and the micro sign's code points are one. Every member throws
// Error bad_data, naming file and line, where a name it looks for is there twice, or serves two purposes.
class Columns {
 public:
  // `csv` and `path` must outlive it.
  Columns(const std::filesystem::path& path, const Csv& csv) : path_(path), csv_(csv) {}

  std::size_t count() const { return head().cells.size(); }
  const std::string& name(std::size_t cell) const { return head().cells[cell]; }
  // A column that the job names; throws where it is missing, too.
  std::size_t use(const std::string& column);
  bool is_used(std::size_t cell) const { return used_.contains(cell); }
  // One that nothing else uses.
  std::optional<std::size_t> find_unused(const std::string& column) const;
  // Those of the metrics that the table has; throws where it has none.
  std::vector<MetricCells> use_metrics(const TableFormat& format);

 private:
  const CsvRow& head() const { return csv_.rows.front(); }
  [[noreturn]] void refuse(const std::string& what) const { refuse_row(path_, head(), what); }
  std::optional<std::size_t> find(const std::string& column) const;
  std::optional<std::size_t> find_metric(Metric metric, const MetricColumn& wanted) const;
  std::string missing(const std::string& column) const;
  void refuse_unread(Metric metric, const std::vector<MetricCells>& read) const;

  const std::filesystem::path& path_;
  const Csv& csv_;
  std::set<std::size_t> used_{};
};

}  // namespace flash
