#include <algorithm>
#include <cmath>
#include <map>

#include "columns.hpp"
#include "csv.hpp"
#include "device_columns.hpp"
#include "device_file.hpp"
#include "flash/config/text.hpp"
#include "flash/core/error.hpp"

namespace flash {
namespace {

using Positions = std::map<std::string, std::size_t>;

// All ways in which one may name a network of the table: its own columns, its name.
class TableNames {
 public:
  explicit TableNames(const DeviceTables& tables) : tables_(tables) {
    for (std::size_t n = 0; n < tables.table.networks.size(); ++n) {
      names_.emplace(tables.table.networks[n], n);
      if (!tables.points.empty()) points_.emplace(id_text(tables.space->id(tables.points[n])), n);
      for (std::size_t c = 0; c < tables.identity_columns.size(); ++c)
        cells_[folded(tables.identity_columns[c])].emplace(tables.identity[n][c], n);
    }
  }

  const Positions& names() const { return names_; }
  const Positions& points() const { return points_; }
  // Of an id or text; the table's column of that name, else any name.
  const std::size_t* find(const std::string& column, const std::string& cell) const {
    const auto of = cells_.find(folded(column));
    if (of != cells_.end())
      if (const auto found = of->second.find(cell); found != of->second.end()) return &found->second;
    for (const auto& [name, positions] : cells_)
      if (positions.size() == names_.size())
        if (const auto found = positions.find(cell); found != positions.end()) return &found->second;
    const auto found = names_.find(cell);
    return found == names_.end() ? nullptr : &found->second;
  }
  const std::size_t* find_operators(const std::vector<std::string>& columns,
                                    const std::vector<std::string>& cells) const {
    std::vector<std::size_t> at;
    for (const std::string& column : columns) {
      const auto found = std::ranges::find(tables_.identity_columns, folded(column), folded);
      if (found == tables_.identity_columns.end()) return nullptr;
      at.push_back(static_cast<std::size_t>(found - tables_.identity_columns.begin()));
    }
    for (std::size_t n = 0; n < tables_.identity.size(); ++n) {
      bool same = true;
      for (std::size_t c = 0; c < at.size(); ++c) same = same && tables_.identity[n][at[c]] == cells[c];
      if (same) return &names_.at(tables_.table.networks[n]);
    }
    return nullptr;
  }

 private:
  const DeviceTables& tables_;
  Positions names_, points_;
  std::map<std::string, Positions> cells_;  // of each identity column
};

// A list without a head: its first line is a network already.
std::optional<SampledNetworks> plain_list(const std::filesystem::path& path, const TableNames& names) {
  const Csv csv = read_csv(path);
  if (csv.rows.empty() || csv.rows.front().cells.size() != 1) return std::nullopt;
  if (names.find("", csv.rows.front().cells.front()) == nullptr) return std::nullopt;
  SampledNetworks sampled;
  for (const CsvRow& row : csv.rows) {
    const std::size_t* found = names.find("", row.cells.front());
    if (found == nullptr || row.cells.size() != 1)
      refuse_row(path, row, "network " + in_quotes(row.cells.front()) + " is not in the table");
    sampled.networks.push_back(*found);
    sampled.lines.push_back(row.line);
    sampled.latency_ms.push_back(std::nan(""));
    sampled.failed.push_back(false);
  }
  return sampled;
}

// Which network of the table a row of the list is, and that whatever else the row says of it is what the table says.
class RowFinder {
 public:
  RowFinder(const DeviceFile& file, const TableNames& names, const DeviceTables& tables)
      : file_(file),
        names_(names),
        tables_(tables),
        texts_name_(!file.texts.empty() && names.find(file.text_column, file.texts.front()) != nullptr) {}

  std::size_t network(std::size_t row) const {
    const auto [found, by] = position(row);
    if (found == nullptr) refuse(row, "network " + in_quotes(name_of(file_, row)) + " is not in the table");
    if (!file_.ids.empty()) {
      check(row, *found, by, file_.id_column, file_.ids[row]);
      check_number(row, *found, by);
    }
    if (!file_.points.empty()) return *found;  // the space has compared the others
    if (!file_.texts.empty()) check(row, *found, by, file_.text_column, file_.texts[row]);
    for (std::size_t c = 0; c < file_.operator_columns.size(); ++c)
      check(row, *found, by, file_.operator_columns[c], file_.operators[row][c]);
    return *found;
  }

 private:
  struct Found {
    const std::size_t* network;
    std::string by;
  };

  [[noreturn]] void refuse(std::size_t row, const std::string& what) const {
    throw Error(ExitCode::bad_data,
                file_.path.string() + ":" + std::to_string(file_.lines[row]) + ": " + what);
  }

  std::string by_column(const std::string& column) const { return "column " + in_quotes(column); }
  std::string by_operators() const {
    return "columns " + in_quotes(file_.operator_columns.front()) + " .. " +
           in_quotes(file_.operator_columns.back());
  }

  Found position(std::size_t row) const {
    if (!file_.points.empty()) {
      const auto found = names_.points().find(id_text(tables_.space->id(file_.points[row])));
      return {found == names_.points().end() ? nullptr : &found->second,
              !file_.texts.empty()       ? by_column(file_.text_column)
              : !file_.operators.empty() ? by_operators()
                                         : by_column(file_.id_column)};
    }
    if (!file_.texts.empty()) {
      if (const std::size_t* found = names_.find(file_.text_column, file_.texts[row]))
        return {found, by_column(file_.text_column)};
      if (texts_name_)
        refuse(row, by_column(file_.text_column) + " says " + in_quotes(file_.texts[row]) +
                        ", and no network of the table is called so");
    }
    if (!file_.ids.empty())
      if (const std::size_t* found = names_.find(file_.id_column, file_.ids[row]))
        return {found, by_column(file_.id_column)};
    if (!file_.operators.empty())
      return {names_.find_operators(file_.operator_columns, file_.operators[row]), by_operators()};
    return {nullptr, ""};
  }

  // Of a column that the table has too.
  void check(std::size_t row, std::size_t network, const std::string& by, const std::string& column,
             const std::string& says) const {
    const auto found = std::ranges::find(tables_.identity_columns, folded(column), folded);
    if (found == tables_.identity_columns.end()) return;
    const std::string& has =
        tables_.identity[network][static_cast<std::size_t>(found - tables_.identity_columns.begin())];
    if (says != has) refuse(row, contradiction(column, says, by, has));
  }

  // The space's number of another network of the table, where the table has no numbers of its own called so.
  void check_number(std::size_t row, std::size_t network, const std::string& by) const {
    if (tables_.points.empty() || tables_.has_own_ids || folded(file_.id_column) != "id") return;
    const auto found = names_.points().find(file_.ids[row]);
    if (found == names_.points().end() || found->second == network) return;
    refuse(row, contradiction(file_.id_column, file_.ids[row], by,
                              id_text(tables_.space->id(tables_.points[network]))));
  }

  const DeviceFile& file_;
  const TableNames& names_;
  const DeviceTables& tables_;
  const bool texts_name_;  // networks, in the table's words
};

// What the table's format says of columns that this file has too.
DeviceFormat format_of_list(const std::filesystem::path& path, const DeviceFormat& format,
                            const std::string& device) {
  const Csv csv = read_csv(path);
  if (csv.rows.empty()) throw Error(ExitCode::bad_data, path.string() + ": holds no row");
  const std::vector<std::string>& head = csv.rows.front().cells;
  const auto has = [&head](const std::string& column) {
    return std::ranges::find(head, folded(column), folded) != head.end();
  };
  DeviceFormat own = format;
  if (!has(own.id)) own.id.clear();
  if (!has(own.network)) own.network.clear();
  if (!has(own.accuracy)) own.accuracy.clear();
  if (!std::ranges::all_of(own.operators, has)) own.operators.clear();
  own.features.clear();
  own.devices.clear();
  if (has(device)) own.devices = {device};
  return own;
}

// Whether a column is of a device that the tables have, which is not the list's. "latency_ms" is of none.
bool is_of_another(const std::string& column, const DeviceTables& tables, const std::string& device) {
  const std::string name = folded(column);
  return name != folded(device) && name != "latency" &&
         std::ranges::find(tables.table.devices, name, folded) != tables.table.devices.end();
}

// The column of the device, else the only one, if it is of no other device; none where the file has no latencies.
std::optional<std::size_t> latency_column(const DeviceFile& file, const DeviceTables& tables,
                                          const std::string& device) {
  if (file.devices.empty()) return std::nullopt;
  const auto found = std::ranges::find(file.devices, device);
  if (found != file.devices.end()) return static_cast<std::size_t>(found - file.devices.begin());
  const bool one_will_do = file.devices.size() == 1 || device.empty();
  for (std::size_t d = 0; one_will_do && d < file.devices.size(); ++d)
    if (!is_of_another(file.devices[d], tables, device)) return d;
  if (one_will_do)
    throw Error(
        ExitCode::bad_data,
        file.path.string() + ": has latencies of " + in_quotes(joined(file.devices)) +
            ", which the tables have, and none of " +
            (device.empty() ? std::string("a further device; end the name of their column in _ms")
                            : in_quotes(device) + "; if they are, call the column " + device + "_ms"));
  throw Error(ExitCode::bad_data, file.path.string() + ": has no latency of " + in_quotes(device) +
                                      " among " + in_quotes(joined(file.devices)));
}

}  // namespace

SampledNetworks read_sampled_networks(const std::filesystem::path& path, const DeviceFormat& format,
                                      const DeviceTables& tables, const std::string& device) {
  const TableNames names(tables);
  if (auto list = plain_list(path, names)) return *list;
  const bool in_a_space = !tables.points.empty();
  DeviceFile file =
      read_device_file(path, format_of_list(path, format, device), in_a_space ? &*tables.space : nullptr,
                       /*needs_devices=*/false);
  // The space knows more ways to write a network than the table does.
  const bool other_text = !file.texts.empty() && names.find(file.text_column, file.texts.front()) == nullptr;
  // Beside a text of the space's they are to say the same.
  const bool by_operators =
      !file.operators.empty() &&
      (file.texts.empty() || std::ranges::find(tables.identity_columns, folded(file.text_column), folded) !=
                                 tables.identity_columns.end());
  // As analysis/measure.py writes it: the number in the space, whatever else numbers the table's rows.
  const bool by_number =
      !tables.has_own_ids && file.texts.empty() && file.operators.empty() && folded(file.id_column) == "id";
  if (in_a_space && (other_text || by_operators || by_number)) {
    file.ids_are_of_the_space = by_number;
    resolve_networks(file, *tables.space, format);
  }
  const std::optional<std::size_t> column = latency_column(file, tables, device);
  const RowFinder finder(file, names, tables);
  SampledNetworks sampled;
  sampled.measured = column.has_value();
  Positions seen;
  for (std::size_t row = 0; row < file.rows(); ++row) {
    const std::size_t network = finder.network(row);
    const auto [first, is_new] = seen.emplace(tables.table.networks[network], row);
    if (!is_new)
      throw Error(ExitCode::bad_data, path.string() + ":" + std::to_string(file.lines[row]) + ": network " +
                                          in_quotes(name_of(file, row)) + " stands in line " +
                                          std::to_string(file.lines[first->second]) +
                                          " already; leave one of the measurements, or their mean");
    sampled.networks.push_back(network);
    sampled.lines.push_back(file.lines[row]);
    sampled.latency_ms.push_back(column ? file.latency_ms[*column][row] : std::nan(""));
    sampled.failed.push_back(column && file.failed[*column][row]);
  }
  return sampled;
}

}  // namespace flash
