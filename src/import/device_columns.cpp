#include "device_columns.hpp"

#include <algorithm>
#include <set>

#include "columns.hpp"
#include "flash/config/text.hpp"
#include "flash/core/nearest.hpp"
#include "flash/space/network_text.hpp"
#include "numbers.hpp"

namespace flash {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_number(const std::string& cell) {
  try {
    read_number(cell, shows_decimal_comma(cell));
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

bool says_percent(const std::string& column) {
  std::string name = folded(column);
  while (!name.empty() && std::string_view(" )]}>").find(name.back()) != std::string_view::npos)
    name.pop_back();
  return name.ends_with("pct") || name.ends_with("percent") || name.ends_with('%');
}

bool is_usual_accuracy(const std::string& column) { return folded(column).starts_with("accuracy"); }

// "e01", "op_3", "edge2": letters, then digits, of those that programs give the places of a network.
bool is_usual_operator(const std::string& column) {
  const std::string name = folded(column);
  for (const std::string_view letters : {"e", "op", "op_", "edge", "edge_"})
    if (name.starts_with(letters) && is_digits(std::string_view(name).substr(letters.size()))) return true;
  return false;
}

// A pattern in which * stands for any letters.
bool matches(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  name.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (std::size_t skipped = 0; skipped <= name.size(); ++skipped)
    if (matches(pattern, name.substr(skipped))) return true;
  return false;
}

class ColumnFinder {
 public:
  ColumnFinder(const std::filesystem::path& path, const Csv& csv, const DeviceFormat& format)
      : path_(path), csv_(csv), format_(format) {
    std::set<std::string> names;
    for (const std::string& name : head().cells)
      if (!name.empty() && !names.insert(folded(name)).second)
        refuse("has the column " + in_quotes(name) + " more than once; delete or rename one");
  }

  DeviceColumns found(const Space* space, bool needs_devices) {
    const bool without_names = format_.operators.empty() && format_.features.empty();
    columns_.id = one(format_.id, {"id", "idx", "index", "network_id"}, "ids");
    columns_.id_is_named = columns_.id && (!format_.id.empty() || folded(name(*columns_.id)) == "id");
    columns_.network = one(format_.network, {"network", "arch", "architecture"}, "networks");
    columns_.operators = listed(format_.operators, "operators");
    if (without_names) find_usual_operators(space);
    columns_.features = listed(format_.features, "features");
    if (without_names && columns_.operators.empty())
      for (const char* usual : {"macs", "flops", "parameters", "traffic"})
        if (const auto cell = find(usual); cell && !used_.contains(*cell)) take(columns_.features, *cell);
    find_accuracy();
    find_devices(needs_devices);
    if (!columns_.id && !columns_.network && columns_.operators.empty() && columns_.features.empty())
      refuse(
          "says nowhere which network a row is: it has no column id, idx, network or arch, and none an operator's "
          "(e01, op00, ...), among " +
          in_quotes(joined(head().cells)) + "; name it with " +
          (format_.of_job ? format_.called("networks") : "--ids, --networks or --operators"));
    for (std::size_t cell = 0; cell < head().cells.size(); ++cell)
      if (!used_.contains(cell) &&
          std::any_of(csv_.rows.begin() + 1, csv_.rows.end(),
                      [cell](const CsvRow& row) { return !row.cells[cell].empty(); }))
        columns_.unread.push_back(name(cell));
    return std::move(columns_);
  }

 private:
  const CsvRow& head() const { return csv_.rows.front(); }
  const std::string& name(std::size_t cell) const { return head().cells[cell]; }
  [[noreturn]] void refuse(const std::string& what) const { refuse_row(path_, head(), what); }

  std::optional<std::size_t> find(const std::string& column) const {
    const auto found = std::ranges::find(head().cells, folded(column), folded);
    if (found == head().cells.end()) return std::nullopt;
    return static_cast<std::size_t>(found - head().cells.begin());
  }

  void take(std::vector<std::size_t>& list, std::size_t cell) {
    used_.insert(cell);
    list.push_back(cell);
  }

  [[noreturn]] void refuse_missing(const std::string& column, const char* setting) const {
    const std::string near = nearest(column, head().cells);
    refuse("has no column " + in_quotes(column) + ", which " + format_.called(setting) + " names" +
           (near.empty() ? " (its columns: " + joined(head().cells) + ")"
                         : "; did you mean " + in_quotes(near) + "?"));
  }

  std::optional<std::size_t> one(const std::string& stated, std::initializer_list<const char*> usual,
                                 const char* setting) {
    std::optional<std::size_t> cell;
    if (!stated.empty()) {
      cell = find(stated);
      if (!cell) refuse_missing(stated, setting);
      if (used_.contains(*cell)) refuse("the column " + in_quotes(stated) + " cannot be two things at once");
    } else {
      for (const char* word : usual)
        if (!cell)
          if (const auto found = find(word); found && !used_.contains(*found)) cell = found;
    }
    if (cell) used_.insert(*cell);
    return cell;
  }

  // Those of a list of names and patterns, in the order of the list, then of the table.
  std::vector<std::size_t> listed(const std::vector<std::string>& wanted, const char* setting,
                                  bool of_devices = false) {
    std::vector<std::size_t> cells;
    for (const std::string& pattern : wanted) {
      bool any = false;
      for (std::size_t cell = 0; cell < head().cells.size(); ++cell) {
        if (name(cell).empty() || !(of_devices ? is_device(pattern, cell) : is_it(pattern, name(cell))))
          continue;
        any = true;
        if (std::ranges::find(cells, cell) != cells.end()) continue;
        if (used_.contains(cell)) {
          if (pattern.find('*') != std::string::npos) continue;
          refuse("the column " + in_quotes(name(cell)) + " cannot be two things at once");
        }
        take(cells, cell);
      }
      if (!any) refuse_missing(pattern, setting);
    }
    return cells;
  }

  static bool is_it(const std::string& pattern, const std::string& column) {
    return matches(folded(pattern), folded(column));
  }
  // By the column's name or the device's; a pattern takes what can be one alone.
  bool is_device(const std::string& pattern, std::size_t cell) const {
    const auto said = device_of_column(name(cell));
    if (pattern.find('*') != std::string::npos && !said && format_.unit.empty()) return false;
    return is_it(pattern, name(cell)) || (said && is_it(pattern, said->first));
  }

  void find_usual_operators(const Space* space) {
    if (space != nullptr) {
      std::vector<std::size_t> cells;
      const std::vector<NetworkColumn> wanted = network_columns(*space);
      for (const NetworkColumn& column : wanted)
        if (const auto cell = find(column.name); cell && !used_.contains(*cell)) cells.push_back(*cell);
      // Beside the network in words a part of them is checked by it.
      if (cells.size() == wanted.size() || (columns_.network && !cells.empty())) {
        for (const std::size_t cell : cells) take(columns_.operators, cell);
        return;
      }
    }
    std::vector<std::size_t> cells;
    for (std::size_t cell = 0; cell < head().cells.size(); ++cell)
      if (!used_.contains(cell) && is_usual_operator(name(cell))) cells.push_back(cell);
    if (cells.size() < 2) return;  // one alone is hardly a network
    for (const std::size_t cell : cells) take(columns_.operators, cell);
  }

  void find_accuracy() {
    if (!format_.accuracy.empty()) {
      columns_.accuracy = one(format_.accuracy, {}, "accuracy");
    } else {
      std::vector<std::size_t> found;
      for (std::size_t cell = 0; cell < head().cells.size(); ++cell)
        if (!used_.contains(cell) && is_usual_accuracy(name(cell))) found.push_back(cell);
      if (found.size() > 1)
        columns_.note = "of the columns " + in_quotes(name(found[0])) + " and " + in_quotes(name(found[1])) +
                        " none counts as the accuracy: name one with " + format_.called("accuracy");
      if (found.size() == 1) columns_.accuracy = found.front();
      used_.insert(found.begin(), found.end());
    }
    columns_.accuracy_in_percent = columns_.accuracy && says_percent(name(*columns_.accuracy));
  }

  void find_devices(bool needed) {
    if (!format_.devices.empty()) {
      for (const std::size_t cell : listed(format_.devices, "devices", /*of_devices=*/true)) add_device(cell);
    } else {
      for (std::size_t cell = 0; cell < head().cells.size(); ++cell)
        if (!used_.contains(cell) && !says_percent(name(cell)) && device_of_column(name(cell)))
          add_device(cell);
      if (columns_.devices.empty() && !format_.unit.empty()) add_all_numbers();
    }
    if (columns_.devices.empty() && needed)
      refuse(
          "has no device: no column's name ends in a unit of time (pixel3_ms, 1080ti_1_us); name the columns "
          "with " +
          format_.called("devices") + " and their unit with " + format_.called("unit"));
    std::set<std::string> names;
    for (const DeviceColumn& column : columns_.devices)
      if (!names.insert(column.device).second)
        refuse("has the device " + in_quotes(column.device) + " more than once; rename a column");
  }

  void add_device(std::size_t cell) {
    used_.insert(cell);
    if (const auto said = device_of_column(name(cell))) {
      columns_.devices.push_back({cell, said->first, said->second});
      return;
    }
    std::vector<ColumnName::Said> units = parse_column_name(name(cell)).units;
    std::erase_if(units, [](const auto& said) { return said.unit.metric != Metric::latency; });
    std::optional<Unit> unit;
    if (!format_.unit.empty()) unit = unit_of(format_.unit);
    if (!format_.unit.empty() && (!unit || unit->metric != Metric::latency))
      refuse(format_.called("unit") + " says " + in_quotes(format_.unit) +
             ", which is no unit of latency: ns, us, ms or s");
    if (!unit && units.size() == 1) unit = units.front().unit;
    if (!unit)
      refuse("column " + in_quotes(name(cell)) + " says no unit; end its name in one (" + name(cell) +
             "_ms), or set " + format_.called("unit"));
    columns_.devices.push_back({cell, name(cell), *unit});
  }

  void add_all_numbers() {
    for (std::size_t cell = 0; cell < head().cells.size(); ++cell) {
      if (used_.contains(cell) || name(cell).empty() || says_percent(name(cell))) continue;
      bool any = false, all = true;
      for (std::size_t row = 1; row < csv_.rows.size(); ++row) {
        const std::string& text = csv_.rows[row].cells[cell];
        if (is_missing(text)) continue;
        any = true;
        all = all && is_number(text);
      }
      if (any && all) add_device(cell);
    }
  }

  const std::filesystem::path& path_;
  const Csv& csv_;
  const DeviceFormat& format_;
  DeviceColumns columns_;
  std::set<std::size_t> used_;
};

}  // namespace

std::optional<std::pair<std::string, Unit>> device_of_column(const std::string& column) {
  constexpr std::string_view separators = " _-.[(/";
  std::string text = column;
  while (!text.empty() && std::string_view(" )]").find(text.back()) != std::string_view::npos)
    text.pop_back();
  const std::size_t at = text.find_last_of(separators);
  const std::size_t begin = at == std::string::npos ? 0 : at + 1;
  const std::optional<Unit> unit = unit_of(std::string_view(text).substr(begin));
  if (!unit || unit->metric != Metric::latency) return std::nullopt;
  std::string device = text.substr(0, begin);
  while (!device.empty() && separators.find(device.back()) != std::string_view::npos) device.pop_back();
  return std::pair(device.empty() ? column : device, *unit);
}

bool is_missing(const std::string& cell) {
  const std::string text = folded(cell);
  for (const char* missing : {"", "-1", "-1.0", "-1,0", "nan", "na", "n/a", "null"})
    if (text == missing) return true;
  return false;
}

DeviceColumns find_device_columns(const std::filesystem::path& path, const Csv& csv,
                                  const DeviceFormat& format, const Space* space, bool needs_devices) {
  return ColumnFinder(path, csv, format).found(space, needs_devices);
}

}  // namespace flash
