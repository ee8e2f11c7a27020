#include "device_file.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "columns.hpp"
#include "csv.hpp"
#include "device_columns.hpp"
#include "flash/core/error.hpp"
#include "flash/space/network_text.hpp"
#include "numbers.hpp"

namespace flash {
namespace {

// As of any measurement: a femtosecond, 30 years.
constexpr double least_ms = 1e-12;
constexpr double most_ms = 1e12;

class DeviceFileReader {
 public:
  DeviceFileReader(const std::filesystem::path& path, const DeviceFormat& format, const Space* space,
                   bool needs_devices)
      : path_(path), csv_(read_csv(path)) {
    if (csv_.rows.empty()) throw Error(ExitCode::bad_data, path.string() + ": holds no row");
    fit_rows_to_columns(path, csv_);
    columns_ = find_device_columns(path, csv_, format, space, needs_devices);
    if (csv_.rows.size() == 1)
      throw Error(ExitCode::bad_data, path.string() + ": has no network: no row below its columns' names");
    for (const CsvRow& row : csv_.rows) {
      for (const DeviceColumn& column : columns_.devices) see(row.cells[column.cell]);
      for (const std::size_t cell : columns_.features) see(row.cells[cell]);
      if (columns_.accuracy) see(row.cells[*columns_.accuracy]);
    }
  }

  DeviceFile read() {
    DeviceFile file;
    file.path = path_;
    file.ids_are_of_the_space = columns_.id_is_named;
    if (columns_.id) file.id_column = name(*columns_.id);
    if (columns_.network) file.text_column = name(*columns_.network);
    for (const std::size_t cell : columns_.operators) file.operator_columns.push_back(name(cell));
    for (const std::size_t cell : columns_.features) file.feature_columns.push_back(name(cell));
    for (const DeviceColumn& column : columns_.devices) file.devices.push_back(column.device);
    file.latency_ms.resize(columns_.devices.size());
    file.failed.resize(columns_.devices.size());
    file.unread = columns_.unread;
    file.note = columns_.note;
    for (auto row = csv_.rows.begin() + 1; row != csv_.rows.end(); ++row) add(*row, file);
    return file;
  }

 private:
  const std::string& name(std::size_t cell) const { return csv_.rows.front().cells[cell]; }
  void see(const std::string& cell) { decimal_comma_ = decimal_comma_ || shows_decimal_comma(cell); }
  [[noreturn]] void refuse(const CsvRow& row, std::size_t cell, const std::string& what) const {
    refuse_row(path_, row, "column " + in_quotes(name(cell)) + " " + what);
  }

  double number(const CsvRow& row, std::size_t cell) const {
    try {
      return read_number(row.cells[cell], decimal_comma_);
    } catch (const std::invalid_argument& error) {
      refuse(row, cell, error.what());
    }
  }

  std::string id(const CsvRow& row) const {
    const std::string& text = row.cells[*columns_.id];
    if (text.empty()) refuse(row, *columns_.id, "is empty: a network needs its id");
    try {
      return std::to_string(read_whole_number(text, decimal_comma_));
    } catch (const std::invalid_argument&) {
      return text;
    }
  }

  void add(const CsvRow& row, DeviceFile& file) const {
    file.lines.push_back(row.line);
    if (columns_.id) file.ids.push_back(id(row));
    if (columns_.network) {
      file.texts.push_back(row.cells[*columns_.network]);
      if (file.texts.back().empty())
        refuse(row, *columns_.network, "is empty: it says which network this is");
    }
    if (!columns_.operators.empty()) {
      std::vector<std::string>& operators = file.operators.emplace_back();
      for (const std::size_t cell : columns_.operators) {
        operators.push_back(row.cells[cell]);
        if (operators.back().ends_with(".0")) operators.back().resize(operators.back().size() - 2);
      }
    }
    if (!columns_.features.empty()) {
      std::vector<double>& features = file.features.emplace_back();
      for (const std::size_t cell : columns_.features) {
        features.push_back(number(row, cell));
        if (features.back() < 0) refuse(row, cell, "is negative; a feature is 0 or more");
      }
    }
    for (std::size_t d = 0; d < columns_.devices.size(); ++d) {
      file.latency_ms[d].push_back(latency(row, columns_.devices[d]));
      const std::string& cell = row.cells[columns_.devices[d].cell];
      file.failed[d].push_back(!cell.empty() && is_missing(cell));
    }
    if (columns_.accuracy) file.accuracy.push_back(accuracy(row, *columns_.accuracy));
  }

  double latency(const CsvRow& row, const DeviceColumn& column) const {
    const std::string& text = row.cells[column.cell];
    if (is_missing(text)) return std::nan("");
    const double value = number(row, column.cell);
    const std::string is = "is " + text;
    if (!(value > 0))
      refuse(row, column.cell,
             is + "; a latency is positive (empty, -1, nan or NA where nothing was measured)");
    const double ms = in_usual_unit(value, column.unit);
    if (!(ms >= least_ms && ms <= most_ms))
      refuse(row, column.cell, is + ", which is beyond any latency: is its unit right?");
    return ms;
  }

  double accuracy(const CsvRow& row, std::size_t cell) const {
    const std::string& text = row.cells[cell];
    if (is_missing(text)) return std::nan("");
    const double value = number(row, cell);
    const double most = columns_.accuracy_in_percent ? 100 : 1;
    if (!(value >= 0 && value <= most))
      refuse(row, cell,
             "is " + text +
                 (columns_.accuracy_in_percent
                      ? ", which is no accuracy in percent (0 .. 100)"
                      : ", which is no accuracy (0 .. 1); if it is in percent, the column's name has to say "
                        "so: accuracy_pct"));
    return value / most;
  }

  const std::filesystem::path& path_;
  Csv csv_;
  DeviceColumns columns_;
  bool decimal_comma_ = false;
};

}  // namespace

DeviceFile read_device_file(const std::filesystem::path& path, const DeviceFormat& format, const Space* space,
                            bool needs_devices) {
  return DeviceFileReader(path, format, space, needs_devices).read();
}

bool has_key(const DeviceFile& file, NetworkKey key) {
  switch (key) {
    case NetworkKey::point:
      return !file.points.empty();
    case NetworkKey::text:
      return !file.texts.empty();
    case NetworkKey::operators:
      return !file.operators.empty();
    case NetworkKey::features:
      return !file.features.empty();
    case NetworkKey::id:
      return !file.ids.empty();
  }
  return false;
}

std::string key_of(const DeviceFile& file, NetworkKey key, std::size_t row, const Space* space) {
  std::string joined;
  switch (key) {
    case NetworkKey::point:
      return id_text(space->id(file.points[row]));
    case NetworkKey::text:
      return file.texts[row];
    case NetworkKey::operators:
      for (const std::string& op : file.operators[row]) joined.append(joined.empty() ? "" : " ").append(op);
      return joined;
    case NetworkKey::features:
      for (const double value : file.features[row]) {
        const std::string text = Json(value).dump();
        joined.append(joined.empty() ? "" : " ");
        joined.append(text, 0, text.ends_with(".0") ? text.size() - 2 : text.size());
      }
      return joined;
    case NetworkKey::id:
      return file.ids[row];
  }
  return joined;
}

std::string name_of(const DeviceFile& file, std::size_t row) {
  for (const NetworkKey key : {NetworkKey::id, NetworkKey::text, NetworkKey::operators, NetworkKey::features})
    if (has_key(file, key)) return key_of(file, key, row, nullptr);
  return "";
}

std::string contradiction(const std::string& column, const std::string& says, const std::string& by,
                          const std::string& has) {
  return "column " + in_quotes(column) + " says " + in_quotes(says) + ", but by " + by + " the network has " +
         in_quotes(has) + " there; correct one of the two, or rename the first if it says something else";
}

std::map<std::string, std::size_t> rows_by_key(const DeviceFile& file, NetworkKey key, const Space* space) {
  std::map<std::string, std::size_t> rows;
  for (std::size_t row = 0; row < file.rows(); ++row) {
    const auto [first, is_new] = rows.emplace(key_of(file, key, row, space), row);
    if (!is_new)
      throw Error(ExitCode::bad_data, file.path.string() + ":" + std::to_string(file.lines[row]) +
                                          ": network " + in_quotes(name_of(file, row)) + " stands in line " +
                                          std::to_string(file.lines[first->second]) + " already" +
                                          (name_of(file, row) == name_of(file, first->second)
                                               ? ""
                                               : ", as " + in_quotes(name_of(file, first->second))) +
                                          "; delete one of the two");
  }
  return rows;
}

}  // namespace flash
