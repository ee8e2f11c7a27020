// An archive table as data. From one description flash writes the table, prints the schema (`flash options
// --archive`), from which analysis/FORMAT.md and the Python validator are made. To add a table: a file in
// src/tables with a function that returns it, and one line in archive_tables.inc.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "flash/archive/table.hpp"
#include "flash/space/space.hpp"

namespace flash {

struct TableSource;

// Whether the space's networks are numbered (Space::numbered).
bool has_numbers(const TableSource& source);

inline constexpr double absent =
    std::numeric_limits<double>::quiet_NaN();  // how tables mark an absent figure

struct ColumnDescription {
  std::string name;     // "latency_ms"
  std::string type;     // "i64", "u64", "f64", "str"; "id": u64, or str where networks have no numbers
  std::string units;    // "ms"; "1" for a pure number; "" for text; "*": differs from row to row
  std::string meaning;  // the dataset's long_name
  std::vector<std::string> choices;  // the only values of a text column; empty: any
  std::string since = "1.0";         // the first version of the format that has it
  bool optional = false;             // left out where no row has a figure
};

struct ArchiveTable {
  std::string path;     // "samples"; in "hardware/TARGET", TARGET stands for the job's target
  std::string meaning;  // sentences, in Markdown
  std::vector<ColumnDescription> columns;
  std::function<std::optional<Table>(const TableSource&)> make;  // nothing: the run has no such table
};

// Describes a table and how it is made: rows, and columns as functions of a row.
//
//     TableOf<Event>("events", "What befell the run.", events_of)
//         .column("time", "s", "Unix time", [](const Event& e) { return e.time; })
//         .column("kind", "", "what it was", [](const Event& e) { return e.kind; })
//         .build()
template <typename Row>
class TableOf {
 public:
  using Rows = std::function<std::vector<Row>(const TableSource&)>;
  TableOf(std::string path, std::string meaning, Rows rows)
      : table_{std::move(path), std::move(meaning), {}, {}}, rows_(std::move(rows)) {}

  // `value` takes (const Row&), or (const Row&, const TableSource&). Its result tells the column's type:
  // texts, doubles, unsigned numbers, ids; integers and truth values are i64.
  template <typename Value>
  TableOf& column(std::string name, std::string units, std::string meaning, Value value) {
    using Told = decltype(called(value, std::declval<const Row&>(), std::declval<const TableSource&>()));
    if constexpr (std::is_same_v<std::decay_t<Told>, NetworkId>)
      return id_column(std::move(name), std::move(units), std::move(meaning), std::move(value));
    else
      return column_of<StoredAs<Told>>(std::move(name), std::move(units), std::move(meaning),
                                       std::move(value));
  }
  // Of the column before: the only texts that it holds; the version of the format that brought it.
  TableOf& choices(std::vector<std::string> choices) {
    table_.columns.back().choices = std::move(choices);
    return *this;
  }
  TableOf& since(std::string version) {
    table_.columns.back().since = std::move(version);
    return *this;
  }
  // Left out of archives in which every row's figure is absent.
  TableOf& optional() {
    table_.columns.back().optional = true;
    return *this;
  }
  // Of the table: its attributes, and when there is one, where not always.
  TableOf& attributes(std::function<Attributes(const TableSource&)> attributes) {
    attributes_ = std::move(attributes);
    return *this;
  }
  TableOf& only_where(std::function<bool(const TableSource&)> condition) {
    condition_ = std::move(condition);
    return *this;
  }
  TableOf& only_with_rows() {
    only_with_rows_ = true;
    return *this;
  }

  ArchiveTable build() {
    ArchiveTable table = table_;
    table.make = [self = std::move(*this)](const TableSource& source) { return self.make(source); };
    return table;
  }

 private:
  using MakeValues = std::function<ColumnValues(const std::vector<Row>&, const TableSource&)>;

  template <typename Value>
  static decltype(auto) called(const Value& value, const Row& row, const TableSource& source) {
    if constexpr (std::invocable<const Value&, const Row&, const TableSource&>)
      return value(row, source);
    else
      return value(row);
  }
  template <typename Raw, typename Plain = std::decay_t<Raw>>
  using StoredAs = std::conditional_t<
      std::is_convertible_v<Plain, std::string> || std::is_convertible_v<Plain, std::string_view>,
      std::string,
      std::conditional_t<std::is_same_v<Plain, double>, double,
                         std::conditional_t<std::is_unsigned_v<Plain> && !std::is_same_v<Plain, bool>,
                                            std::uint64_t, std::int64_t>>>;
  template <typename Stored, typename Value>
  TableOf& column_of(std::string name, std::string units, std::string meaning, Value value) {
    table_.columns.push_back({std::move(name), type_of<Stored>(), std::move(units), std::move(meaning), {}});
    values_.push_back([value = std::move(value)](const std::vector<Row>& rows, const TableSource& source) {
      std::vector<Stored> values;
      values.reserve(rows.size());
      for (const Row& row : rows) values.push_back(static_cast<Stored>(called(value, row, source)));
      return ColumnValues(std::move(values));
    });
    return *this;
  }
  // Ids are integers where people use them; else decimal digits.
  template <typename Value>
  TableOf& id_column(std::string name, std::string units, std::string meaning, Value value) {
    table_.columns.push_back({std::move(name), "id", std::move(units), std::move(meaning), {}});
    values_.push_back([value = std::move(value)](const std::vector<Row>& rows, const TableSource& source) {
      std::vector<std::uint64_t> numbers;
      std::vector<std::string> digits;
      for (const Row& row : rows) {
        const NetworkId id = called(value, row, source);
        if (has_numbers(source))
          numbers.push_back(static_cast<std::uint64_t>(id));
        else
          digits.push_back(id_text(id));
      }
      return has_numbers(source) ? ColumnValues(std::move(numbers)) : ColumnValues(std::move(digits));
    });
    return *this;
  }
  template <typename Stored>
  static const char* type_of() {
    if constexpr (std::is_same_v<Stored, std::string>) return "str";
    if constexpr (std::is_same_v<Stored, double>) return "f64";
    return std::is_same_v<Stored, std::uint64_t> ? "u64" : "i64";
  }

  // All of it; other types are never absent.
  static bool is_absent(const ColumnValues& values) {
    const auto* figures = std::get_if<std::vector<double>>(&values);
    return figures != nullptr && std::ranges::all_of(*figures, [](double v) { return std::isnan(v); });
  }
  std::optional<Table> make(const TableSource& source) const {
    if (condition_ && !condition_(source)) return std::nullopt;
    const std::vector<Row> rows = rows_(source);
    if (only_with_rows_ && rows.empty()) return std::nullopt;
    Table table{table_.path, attributes_ ? attributes_(source) : Attributes(), {}};
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const ColumnDescription& column = table_.columns[i];
      ColumnValues values = values_[i](rows, source);
      if (column.optional && is_absent(values)) continue;
      table.columns.push_back({column.name, column.units, column.meaning, std::move(values)});
    }
    return table;
  }

  ArchiveTable table_;
  Rows rows_;
  std::vector<MakeValues> values_;  // of each column
  std::function<Attributes(const TableSource&)> attributes_;
  std::function<bool(const TableSource&)> condition_;
  bool only_with_rows_ = false;
};

}  // namespace flash
