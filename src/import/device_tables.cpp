#include "flash/import/device_tables.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "csv.hpp"
#include "device_file.hpp"
#include "flash/core/error.hpp"
#include "flash/import/space_encoding.hpp"
#include "flash/import/units.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"

namespace flash {

std::string DeviceFormat::called(const std::string& setting) const {
  if (!of_job) return "--" + setting;
  if (setting == "unit") return "hardware.latency_unit";
  if (setting == "devices") return "hardware.devices";
  if (setting == "accuracy") return "train.accuracy_column";
  return "hardware.network_columns";
}

namespace {

constexpr std::array all_keys{NetworkKey::point, NetworkKey::text, NetworkKey::operators,
                              NetworkKey::features, NetworkKey::id};

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
  throw Error(ExitCode::bad_data, path.string() + ": " + what);
}

// A space that is known by how its networks are written.
std::optional<Space> recognised(const std::vector<DeviceFile>& files) {
  for (const DeviceFile& file : files) {
    if (file.texts.empty() || !file.texts.front().starts_with('|')) continue;
    Space space(find_preset("nasbench201")->definition);
    try {
      parse_network(space, file.texts.front());
    } catch (const Error&) {
      continue;  // cells of other operators or nodes
    }
    return space;
  }
  return std::nullopt;
}

bool names_networks_of_a_space(const DeviceFile& file) {
  return !file.texts.empty() || !file.operators.empty() || file.ids_are_of_the_space;
}

// The way to tell networks that all files have.
NetworkKey common_key(const std::vector<DeviceFile>& files) {
  for (const NetworkKey key : all_keys)
    if (std::ranges::all_of(files, [key](const DeviceFile& file) { return has_key(file, key); })) return key;
  refuse(files.back().path, "names its networks in another way than " + files.front().path.string() +
                                ": give both a column of ids, texts or operators in common");
}

// Places of columns whose space is not known: operators are the texts that stand there.
Encoding encode_columns(const DeviceFile& file, const std::vector<std::size_t>& rows) {
  Encoding encoding;
  encoding.networks = rows.size();
  const auto code = [](const std::string& text) {
    int value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const auto before = [&](const std::string& a, const std::string& b) {
    return code(a) != code(b) ? code(a) < code(b) : a < b;
  };
  for (std::size_t c = 0; c < file.operator_columns.size(); ++c) {
    std::set<std::string> names;
    for (const std::size_t row : rows) names.insert(file.operators[row][c]);
    std::vector<std::string> operators(names.begin(), names.end());
    std::ranges::sort(operators, before);
    encoding.places.push_back({file.operator_columns[c], std::move(operators), c});
  }
  for (const std::size_t row : rows)
    for (std::size_t c = 0; c < encoding.places.size(); ++c) {
      const auto& names = encoding.places[c].operators;
      const auto found = std::ranges::lower_bound(names, file.operators[row][c], before);
      encoding.operators.push_back(static_cast<std::uint16_t>(found - names.begin()));
    }
  return encoding;
}

class DeviceMerge {
 public:
  DeviceMerge(std::vector<DeviceFile> files, const DeviceFormat& format, const Space* space)
      : files_(std::move(files)) {
    if (space != nullptr) tables_.space = *space;
    if (space == nullptr) tables_.space = recognised(files_);
    for (DeviceFile& file : files_)
      if (tables_.space && names_networks_of_a_space(file) &&
          (space != nullptr || !file.texts.empty() || file.operators.empty()))
        resolve_networks(file, *tables_.space, format);
    if (space != nullptr)
      for (const DeviceFile& file : files_)
        if (file.points.empty())
          refuse(file.path, "does not say which networks of the space its rows are: column " +
                                in_quotes(file.id_column) +
                                " may number them otherwise; if it does not, say " + format.called("ids") +
                                " " + file.id_column);
    key_ = common_key(files_);
  }

  DeviceTables merged() {
    find_rows();
    const DeviceFile& first = files_.front();
    DeviceTable& table = tables_.table;
    for (const std::size_t row : rows_.front()) {
      table.networks.push_back(name_of(first, row));
      tables_.lines.push_back(first.lines[row]);
    }
    for (std::size_t f = 0; f < files_.size(); ++f) add_columns(files_[f], rows_[f]);
    add_identity();
    add_encoding();
    return std::move(tables_);
  }

 private:
  const Space* space() const { return tables_.space ? &*tables_.space : nullptr; }

  // Of each file the rows of the networks that all have, in the order of the first.
  void find_rows() {
    std::vector<std::map<std::string, std::size_t>> known;
    for (const DeviceFile& file : files_) {
      known.push_back(rows_by_key(file, key_, space()));
      if (key_ != NetworkKey::id && has_key(file, NetworkKey::id)) rows_by_key(file, NetworkKey::id, nullptr);
    }
    rows_.resize(files_.size());
    for (std::size_t row = 0; row < files_.front().rows(); ++row) {
      const std::string key = key_of(files_.front(), key_, row, space());
      if (!std::ranges::all_of(known, [&](const auto& rows) { return rows.contains(key); })) continue;
      for (std::size_t f = 0; f < files_.size(); ++f) rows_[f].push_back(known[f].at(key));
    }
    const std::size_t common = rows_.front().size();
    if (common == 0) refuse(files_.back().path, "has no network in common with the other tables");
    for (const DeviceFile& file : files_)
      if (file.rows() > common)
        tables_.notes.push_back(file.path.string() + ": " + std::to_string(file.rows() - common) +
                                " of its " + std::to_string(file.rows()) +
                                " networks are not in all tables and are left out");
  }

  void add_columns(const DeviceFile& file, const std::vector<std::size_t>& rows) {
    DeviceTable& table = tables_.table;
    for (std::size_t d = 0; d < file.devices.size(); ++d) {
      const auto same = std::ranges::find(table.devices, file.devices[d]);
      if (same != table.devices.end())
        refuse(file.path, "the device " + in_quotes(file.devices[d]) +
                              " is in another of the tables too; name them apart, or choose with --devices");
      table.devices.push_back(file.devices[d]);
      std::vector<double>& latencies = table.latency_ms.emplace_back();
      for (const std::size_t row : rows) latencies.push_back(file.latency_ms[d][row]);
    }
    if (table.accuracy.empty() && !file.accuracy.empty())
      for (const std::size_t row : rows) table.accuracy.push_back(file.accuracy[row]);
    if (!file.note.empty()) tables_.notes.push_back(file.path.string() + ": " + file.note);
    for (const std::string& column : file.unread)  // each once, whatever tables have it
      if (std::ranges::find(tables_.unread, column) == tables_.unread.end()) tables_.unread.push_back(column);
  }

  void add_identity() {
    const DeviceFile& first = files_.front();
    tables_.has_own_ids = first.has_own_ids && folded(first.id_column) == "id";
    if (tables_.has_own_ids)
      tables_.notes.push_back(
          first.path.string() +
          ": column 'id' numbers the networks otherwise than the space; it only names rows, "
          "and the other columns say which networks they are");
    if (!first.ids.empty()) tables_.identity_columns.push_back(first.id_column);
    if (!first.texts.empty()) tables_.identity_columns.push_back(first.text_column);
    for (const std::string& column : first.operator_columns) tables_.identity_columns.push_back(column);
    for (const std::size_t row : rows_.front()) {
      std::vector<std::string>& cells = tables_.identity.emplace_back();
      if (!first.ids.empty()) cells.push_back(first.ids[row]);
      if (!first.texts.empty()) cells.push_back(first.texts[row]);
      if (!first.operators.empty())
        cells.insert(cells.end(), first.operators[row].begin(), first.operators[row].end());
    }
  }

  void add_encoding() {
    const DeviceFile& first = files_.front();
    Encoding& encoding = tables_.table.encoding;
    if (!first.points.empty()) {
      for (const std::size_t row : rows_.front()) tables_.points.push_back(first.points[row]);
      encoding = encode(*tables_.space, tables_.points);
    } else if (!first.operators.empty()) {
      encoding = encode_columns(first, rows_.front());
      tables_.notes.push_back(
          "which places are alike is not known without the space (--preset or --job): each counts for itself");
    } else if (first.features.empty()) {
      tables_.notes.push_back(
          "nothing is known of the networks but their names: only devices tell of devices");
    }
    encoding.networks = rows_.front().size();
    if (first.features.empty() || !encoding.features.empty()) return;
    encoding.features = first.feature_columns;
    for (const std::size_t row : rows_.front())
      encoding.values.insert(encoding.values.end(), first.features[row].begin(), first.features[row].end());
  }

  std::vector<DeviceFile> files_;
  DeviceTables tables_;
  NetworkKey key_ = NetworkKey::id;
  std::vector<std::vector<std::size_t>> rows_;  // [file]
};

}  // namespace

DeviceTables read_device_tables(const std::vector<std::filesystem::path>& files, const DeviceFormat& format,
                                const Space* space) {
  if (files.empty()) throw Error(ExitCode::usage, "no table is given");
  std::vector<DeviceFile> read;
  for (const std::filesystem::path& file : files)
    read.push_back(read_device_file(file, format, space, /*needs_devices=*/true));
  return DeviceMerge(std::move(read), format, space).merged();
}

}  // namespace flash
