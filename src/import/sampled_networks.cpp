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

const std::size_t* position(const DeviceFile& file, std::size_t row, const TableNames& names,
                            const DeviceTables& tables) {
  if (!file.points.empty()) {
    const auto found = names.points().find(id_text(tables.space->id(file.points[row])));
    return found == names.points().end() ? nullptr : &found->second;
  }
  if (!file.texts.empty())
    if (const std::size_t* found = names.find(file.text_column, file.texts[row])) return found;
  if (!file.ids.empty())
    if (const std::size_t* found = names.find(file.id_column, file.ids[row])) return found;
  if (!file.operators.empty()) return names.find_operators(file.operator_columns, file.operators[row]);
  return nullptr;
}

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

// The column of the device, else the only one; none where the file has no latencies.
std::optional<std::size_t> latency_column(const DeviceFile& file, const std::string& device) {
  if (file.devices.empty()) return std::nullopt;
  const auto found = std::ranges::find(file.devices, device);
  if (found != file.devices.end()) return static_cast<std::size_t>(found - file.devices.begin());
  if (file.devices.size() == 1 || device.empty()) return 0;
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
  const bool by_operators = file.texts.empty() && !file.operators.empty();
  // As analysis/measure.py writes it: the number in the space, whatever else numbers the table's rows.
  const bool by_number =
      !tables.has_own_ids && file.texts.empty() && file.operators.empty() && folded(file.id_column) == "id";
  if (in_a_space && (other_text || by_operators || by_number)) {
    file.ids_are_of_the_space = by_number;
    resolve_networks(file, *tables.space, format);
  }
  const std::optional<std::size_t> column = latency_column(file, device);
  SampledNetworks sampled;
  sampled.measured = column.has_value();
  Positions seen;
  for (std::size_t row = 0; row < file.rows(); ++row) {
    const auto refuse = [&](const std::string& what) {
      throw Error(ExitCode::bad_data, path.string() + ":" + std::to_string(file.lines[row]) + ": network " +
                                          in_quotes(name_of(file, row)) + what);
    };
    const std::size_t* found = position(file, row, names, tables);
    if (found == nullptr) refuse(" is not in the table");
    const auto [first, is_new] = seen.emplace(tables.table.networks[*found], row);
    if (!is_new)
      refuse(" stands in line " + std::to_string(file.lines[first->second]) +
             " already; leave one of the measurements, or their mean");
    sampled.networks.push_back(*found);
    sampled.lines.push_back(file.lines[row]);
    sampled.latency_ms.push_back(column ? file.latency_ms[*column][row] : std::nan(""));
    sampled.failed.push_back(column && file.failed[*column][row]);
  }
  return sampled;
}

}  // namespace flash
