#include "flash/import/accuracy_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "cells.hpp"
#include "columns.hpp"
#include "csv.hpp"
#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/nearest.hpp"
#include "flash/import/measured_table.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/network_text.hpp"
#include "numbers.hpp"

namespace flash {
namespace {

bool is_percent(const std::string& column) {
  std::string name = folded(column);
  while (!name.empty() && std::string_view(" )]}>").find(name.back()) != std::string_view::npos)
    name.pop_back();
  return name.ends_with("pct") || name.ends_with("percent") || name.ends_with('%');
}

class Reader {
 public:
  Reader(const std::filesystem::path& path, const AccuracyFormat& format, const Space& space)
      : path_(path),
        space_(space),
        csv_(read_csv(path)),
        columns_(path, csv_),
        cells_(path, columns_, space) {
    if (csv_.rows.size() < 2) refuse("holds no row of accuracies");
    fit_rows_to_columns(path_, csv_);
    find_accuracy(format.accuracy);
    find_networks(format.network);
    for (const CsvRow& row : csv_.rows)
      decimal_comma_ = decimal_comma_ || shows_decimal_comma(row.cells[accuracy_]);
  }

  AccuracyTable read() {
    AccuracyTable table;
    table.file = path_;
    std::map<NetworkId, const CsvRow*> rows;
    for (auto row = csv_.rows.begin() + 1; row != csv_.rows.end(); ++row) {
      if (row->cells[accuracy_].empty()) {
        ++table.unknown;
        continue;
      }
      const Point point = network(*row);
      const NetworkId id = space_.id(point);
      const double value = accuracy(*row);
      const auto [first, is_new] = rows.emplace(id, &*row);
      if (!is_new) {
        if (accuracy(*first->second) != value)
          refuse_row(path_, *row,
                     "network " + network_name(space_, id) + " has " + row->cells[accuracy_] + ", but " +
                         first->second->cells[accuracy_] + " in line " + std::to_string(first->second->line));
        continue;
      }
      if (why_untrainable(space_, point).empty())
        table.accuracy.emplace(id, value);
      else
        table.dead.emplace(id, value);
    }
    if (table.accuracy.empty()) refuse("has the accuracy of no network that can learn");
    if (percent_ &&
        std::ranges::all_of(table.accuracy, [](const auto& known) { return known.second <= 0.01; }))
      table.doubt = "no accuracy in column " + in_quotes(columns_.name(accuracy_)) +
                    " is above 1 %: if they are fractions, its name has to end otherwise";
    return table;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ExitCode::bad_data, path_.string() + ": " + what);
  }

  std::size_t named(const std::string& column, const char* key) const {
    if (const auto cell = columns_.find_unused(column)) return *cell;
    const std::string near = nearest(column, csv_.rows.front().cells);
    refuse("has no column " + in_quotes(column) + ", which " + key + " names" +
           (near.empty() ? " (its columns: " + joined(csv_.rows.front().cells) + ")"
                         : "; did you mean " + in_quotes(near) + "?"));
  }

  void find_accuracy(const std::string& column) {
    if (!column.empty()) {
      accuracy_ = named(column, "train.accuracy_column");
    } else {
      std::vector<std::size_t> found;
      for (const char* usual : {"accuracy", "accuracy_pct", "accuracy_percent"})
        if (const auto cell = columns_.find_unused(usual)) found.push_back(*cell);
      if (found.empty())
        refuse("has no column 'accuracy' (fractions), 'accuracy_pct' or 'accuracy_percent' among " +
               in_quotes(joined(csv_.rows.front().cells)) + "; name it as train.accuracy_column");
      if (found.size() > 1)
        refuse("has the columns " + in_quotes(columns_.name(found[0])) + " and " +
               in_quotes(columns_.name(found[1])) + "; name one as train.accuracy_column");
      accuracy_ = found.front();
    }
    percent_ = is_percent(columns_.name(accuracy_));
  }

  void find_networks(const std::vector<std::string>& names) {
    const std::vector<std::string> options = configuration_columns(space_);
    if (!names.empty()) {
      if (names.size() != 1 && names.size() != options.size())
        refuse("train.network_columns names " + std::to_string(names.size()) +
               " columns; it takes one with the id or the network in words, or " + joined(options));
      networks_.emplace_back();
      for (const std::string& name : names) networks_.back().push_back(named(name, "train.network_columns"));
      return;
    }
    for (const char* usual : {"id", "network", "arch"})
      if (const auto cell = columns_.find_unused(usual)) networks_.push_back({*cell});
    if (!networks_.empty()) return;
    networks_.emplace_back();
    for (const std::string& option : options) {
      const auto cell = columns_.find_unused(option);
      if (!cell)
        refuse(
            "says nowhere which network a row is: it has no column 'id', 'network' or 'arch', and not all of " +
            joined(options) + "; name it as train.network_columns");
      networks_.back().push_back(*cell);
    }
  }

  Point network(const CsvRow& row) const {
    const Point point = cells_.network(row, networks_.front(), decimal_comma_);
    for (std::size_t other = 1; other < networks_.size(); ++other)
      if (const Point same = cells_.network(row, networks_[other], decimal_comma_); same != point)
        refuse_row(path_, row,
                   "column " + in_quotes(columns_.name(networks_.front().front())) + " tells network " +
                       network_name(space_, space_.id(point)) + ", column " +
                       in_quotes(columns_.name(networks_[other].front())) + " network " +
                       network_name(space_, space_.id(same)) +
                       "; name the one that counts as train.network_columns");
    return point;
  }

  double accuracy(const CsvRow& row) const {
    const double value = cells_.number(row, accuracy_, decimal_comma_);
    const double most = percent_ ? 100 : 1;
    if (!(value >= 0 && value <= most))
      refuse_row(
          path_, row,
          "column " + in_quotes(columns_.name(accuracy_)) + " is " + row.cells[accuracy_] +
              (percent_ ? ", which is no accuracy in percent (0 .. 100)"
                        : ", which is no accuracy (0 .. 1); if it is in percent, the column's name has "
                          "to say so: accuracy_pct"));
    return value / most;
  }

  const std::filesystem::path& path_;
  const Space& space_;
  Csv csv_;
  Columns columns_;
  const RowCells cells_;
  std::size_t accuracy_ = 0;
  bool percent_ = false;
  std::vector<std::vector<std::size_t>> networks_;  // ways to tell a network, each by its columns
  bool decimal_comma_ = false;
};

}  // namespace

std::vector<NetworkId> AccuracyTable::networks() const {
  std::vector<NetworkId> ids;
  for (const auto& [id, value] : accuracy) ids.push_back(id);
  return ids;
}

std::string AccuracyTable::digest() const {
  Sha256 digest;
  char line[64];
  for (const auto& [id, value] : accuracy) {
    std::snprintf(line, sizeof line, " %.17g\n", value);
    digest.add(id_text(id) + line);
  }
  return digest.hex();
}

std::vector<double> AccuracyTable::of_all(const Space& space, int classes) const {
  const auto refuse = [&](const std::string& what) {
    throw Error(ExitCode::bad_data,
                file.string() + ": " + what +
                    ": search.on_table wants the accuracies of all of them; without it the "
                    "search goes by a predictor that is fitted to the table");
  };
  if (space.count() > 64 * (accuracy.size() + dead.size() + 1))  // which no share of dead ones explains
    refuse("has " + std::to_string(accuracy.size()) + " of the space's " + id_text(space.count()) +
           " networks");
  std::vector<double> all;
  for (std::uint64_t id = 0; id < space.size(); ++id) {
    const auto found = accuracy.find(id);
    if (found != accuracy.end()) {
      all.push_back(found->second);
    } else if (const auto chance = dead.find(id); chance != dead.end()) {
      all.push_back(chance->second);
    } else {
      if (why_untrainable(space, space.point(id)).empty())
        refuse("lacks network " + network_name(space, id) + " and maybe others of the space's " +
               id_text(space.count()));
      all.push_back(1.0 / classes);
    }
  }
  return all;
}

AccuracyTable read_accuracy_table(const std::filesystem::path& path, const AccuracyFormat& format,
                                  const Space& space) {
  return Reader(path, format, space).read();
}

}  // namespace flash
