// Measurements made elsewhere, on a phone, a board or an FPGA: a CSV file with a row a network, as programs
// and spreadsheets write them (src/import/plain_text.hpp, csv.hpp and numbers.hpp say which forms are read).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flash/hardware/metric.hpp"
#include "flash/space/space.hpp"

namespace flash {

// A column that holds a metric.
struct MetricColumn {
  std::string column;
  std::string unit{};  // one of units_of, "": what the column's name says (column_unit)
  bool required =
      false;  // false: the file may lack it, or name it after the metric in another unit: energy_J
};

PerMetric<MetricColumn> usual_columns();  // key(metric), which the file may lack

struct TableFormat {
  // What says which network a row is: the id, or width multiplier, depth (one a cell where the space has
  // separate ones) and the skip setting of each cell, in that order. Unused where features are given.
  std::vector<std::string> network{"id"};
  std::vector<std::pair<std::string, std::string>>
      features{};                                     // feature, its column: for networks of no space
  PerMetric<MetricColumn> metrics = usual_columns();  // where nothing else is said
};

struct MeasuredRow {
  int line = 0;                  // of the file
  std::optional<Point> network;  // absent where features are given
  std::vector<double> features;  // in the order of the format's, else empty
  Measurement metrics;           // in ms, mJ, mm2; NaN where the file has no such column
};

// The columns that say which network a row is, as `flash calibrate --emit` writes them: wm, depth, tc_0, ...
std::vector<std::string> configuration_columns(const Space& space);

// What is listed of a network there beside its id: the columns above, then its parameters and MACs.
struct ListedValue {
  std::string column;
  std::string value;
  bool integer = true;  // else a text
};
std::vector<ListedValue> listed_values(const Space& space, const Point& network);

// What of a table was not read.
struct TableRest {
  std::size_t unmeasured = 0;        // rows whose metrics are all empty: networks still to be measured
  std::vector<std::string> columns;  // that hold something, by their names
};

// Columns of listed_values that the table has are held against the space, unless it tells networks by
// features: a table that was made for other images or another space is refused. Throws Error missing_input;
// bad_data, with file, line and column: a column that is missing or there twice, one whose name contradicts
// its unit or says one that flash does not know, a row of another length, a value in a column without a name,
// one that is no number, not positive or not finite, a network that is not in the space, is another one there
// or comes twice, no row at all.
std::vector<MeasuredRow> read_measured_table(const std::filesystem::path& path, const TableFormat& format,
                                             const Space& space, TableRest* rest = nullptr);

}  // namespace flash
