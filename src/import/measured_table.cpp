#include "flash/import/measured_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <stdexcept>

#include "cells.hpp"
#include "columns.hpp"
#include "csv.hpp"
#include "flash/core/error.hpp"
#include "flash/space/network_text.hpp"
#include "numbers.hpp"

namespace flash {
namespace {

// Bounds on any measurement, in its usual unit: 1e-12 ms is a femtosecond, 1e12 ms are 30 years.
constexpr double least_usual = 1e-12;
constexpr double most_usual = 1e12;

// Columns that say how a network was measured, as analysis/measure.py writes them: no figures of the network.
bool tells_how(const std::string& column) {
  const std::string name = folded(column);
  const auto iqr_of = [&](Metric metric) { return name == folded(std::string(key(metric)) + "_iqr"); };
  return name == folded("rounds") || name == folded("repeats") ||
         std::ranges::any_of(fitted_metrics(), iqr_of);
}

// Whether a cell says what the space knows.
bool same(const ListedValue& known, const std::string& text, double said) {
  return known.integer ? said == std::strtod(known.value.c_str(), nullptr) : text == known.value;
}

// "; it is so for images of side 16", where other images explain what a table says of a network.
std::string explanation(const Space& space, const Point& network, std::size_t column, const std::string& text,
                        double said) {
  SpaceDefinition other = space.definition();
  for (const int side : {8, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 96, 112, 128, 160, 192, 224, 256}) {
    other.input.side = side;
    try {
      if (!same(listed_values(Space(other), network)[column], text, said)) continue;
    } catch (const Error&) {
      continue;  // too small for the cells
    }
    return "; it is so for images of side " + std::to_string(side);
  }
  return "";
}

class Table {
 public:
  Table(const std::filesystem::path& path, const TableFormat& format, const Space& space)
      : path_(path),
        by_features_(!format.features.empty()),
        space_(space),
        csv_(read_csv(path)),
        columns_(path, csv_),
        cells_(path, columns_, space) {
    if (csv_.rows.empty()) refuse("holds no row");
    for (const std::string& column : format.network)
      if (!by_features_) network_.push_back(columns_.use(column));
    for (const auto& [feature, column] : format.features) network_.push_back(columns_.use(column));
    metrics_ = columns_.use_metrics(format);
    if (csv_.rows.size() == 1) refuse("holds no row of measurements below its columns' names");
    fit_rows_to_columns(path_, csv_);
    leave_out_empty_metrics(format);
    find_stated();
    find_decimal_comma();
  }

  std::vector<MeasuredRow> read(TableRest& rest) {
    std::vector<MeasuredRow> measured;
    for (auto row = csv_.rows.begin() + 1; row != csv_.rows.end(); ++row) {
      if (std::ranges::all_of(metrics_, [&](const auto& m) { return row->cells[m.cell].empty(); })) {
        ++rest.unmeasured;
        continue;
      }
      measured.push_back(read(*row));
    }
    if (measured.empty()) refuse("no network in it has been measured");
    for (std::size_t cell = 0; cell < columns_.count(); ++cell)
      if (!is_read(cell) && !is_empty(cell) && !tells_how(columns_.name(cell)))
        rest.columns.push_back(columns_.name(cell));
    return measured;
  }

 private:
  // A column that says what the space knows too.
  struct Stated {
    std::size_t cell;
    std::size_t value;  // index in listed_values
  };

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ExitCode::bad_data, path_.string() + ": " + what);
  }

  // A list to fill in has columns for all metrics, whatever the device can measure.
  void leave_out_empty_metrics(const TableFormat& format) {
    std::erase_if(metrics_, [&](const MetricCells& metric) {
      return !format.metrics[metric.metric].required && is_empty(metric.cell);
    });
  }

  bool is_empty(std::size_t column) const {
    return std::all_of(csv_.rows.begin() + 1, csv_.rows.end(),
                       [column](const CsvRow& row) { return row.cells[column].empty(); });
  }
  bool is_read(std::size_t column) const {
    return columns_.is_used(column) || std::ranges::find(stated_, column, &Stated::cell) != stated_.end();
  }

  void find_stated() {
    if (by_features_) return;
    const std::vector<ListedValue> values = listed_values(space_, space_.point(0));
    for (std::size_t i = 0; i < values.size(); ++i)
      if (const auto cell = columns_.find_unused(values[i].column)) stated_.push_back({*cell, i});
  }

  void find_decimal_comma() {
    std::vector<std::size_t> cells = network_;
    for (const MetricCells& metric : metrics_) cells.push_back(metric.cell);
    for (const CsvRow& row : csv_.rows)
      for (const std::size_t cell : cells)
        decimal_comma_ = decimal_comma_ || shows_decimal_comma(row.cells[cell]);
  }

  double number(const CsvRow& row, std::size_t cell) const {
    return cells_.number(row, cell, decimal_comma_);
  }

  // A table that was made for another space has its ids and its measurements.
  void check_stated(const CsvRow& row, const Point& network) const {
    const std::vector<ListedValue> values = listed_values(space_, network);
    for (const Stated& stated : stated_) {
      const std::string& text = row.cells[stated.cell];
      const ListedValue& known = values[stated.value];
      if (text.empty()) continue;
      const double said = known.integer ? number(row, stated.cell) : 0;
      if (same(known, text, said)) continue;
      refuse_row(path_, row,
                 "column " + in_quotes(columns_.name(stated.cell)) + " says " + text + " of network " +
                     network_name(space_, space_.id(network)) + ", which has " + known.value +
                     " in the job's space" + explanation(space_, network, stated.value, text, said) +
                     ": give the table to the job that it was made for, or rename the column if it says "
                     "something else");
    }
  }

  MeasuredRow read(const CsvRow& row) {
    MeasuredRow result;
    result.line = row.line;
    if (by_features_) {
      std::string all;
      for (const std::size_t cell : network_) {
        result.features.push_back(number(row, cell));
        if (result.features.back() < 0)
          refuse_row(path_, row, "column " + in_quotes(columns_.name(cell)) + " is negative");
        all += (all.empty() ? "" : ", ") + row.cells[cell];
      }
      refuse_twice(row, "the network with features " + all);
    } else {
      result.network = cells_.network(row, network_, decimal_comma_);
      refuse_twice(row, "network " + network_name(space_, space_.id(*result.network)));
      check_stated(row, *result.network);
    }
    for (const MetricCells& source : metrics_) result.metrics[source.metric] = measurement(row, source);
    return result;
  }

  double measurement(const CsvRow& row, const MetricCells& source) const {
    if (row.cells[source.cell].empty())
      refuse_row(path_, row,
                 "column " + in_quotes(columns_.name(source.cell)) +
                     " is empty, but others of this network are not: measure it wholly, or leave all of its "
                     "measurements empty");
    const double value = number(row, source.cell);
    const double usual = in_usual_unit(value, source.unit);
    const std::string is =
        "column " + in_quotes(columns_.name(source.cell)) + " is " + row.cells[source.cell];
    if (!(value > 0)) refuse_row(path_, row, is + "; a measurement is positive");
    if (!(usual >= least_usual && usual <= most_usual))
      refuse_row(path_, row,
                 is + ", which is beyond any " + std::string(name(source.metric)) + ": is its unit right?");
    return usual;
  }

  void refuse_twice(const CsvRow& row, const std::string& network) {
    const auto [first, is_new] = seen_.emplace(network, row.line);
    if (!is_new)
      refuse_row(path_, row, network + " stands in line " + std::to_string(first->second) + " already");
  }

  const std::filesystem::path& path_;
  bool by_features_;
  const Space& space_;
  Csv csv_;
  Columns columns_;
  const RowCells cells_;
  std::vector<std::size_t> network_;
  std::vector<MetricCells> metrics_;
  std::vector<Stated> stated_;
  bool decimal_comma_ = false;
  std::map<std::string, int> seen_;  // networks and their lines
};

}  // namespace

std::vector<MeasuredRow> read_measured_table(const std::filesystem::path& path, const TableFormat& format,
                                             const Space& space, TableRest* rest) {
  TableRest found;
  std::vector<MeasuredRow> rows = Table(path, format, space).read(found);
  if (rest != nullptr) *rest = std::move(found);
  return rows;
}

}  // namespace flash
