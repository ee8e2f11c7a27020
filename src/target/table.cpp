// Target table: measurements made elsewhere, in a file.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/nearest.hpp"
#include "flash/import/device_tables.hpp"
#include "flash/import/measured_table.hpp"
#include "flash/import/units.hpp"
#include "flash/target/target_of.hpp"

namespace flash {
namespace {

class TableTarget : public TargetOf<TableTarget> {
 public:
  std::filesystem::path file;
  TableFormat format;
  std::vector<std::string> devices;  // names or patterns; empty: the file is of one device

  static void add_options(SectionBuilder<TableTarget>& hardware);
  std::string_view name() const override { return "table"; }
  std::string_view description() const override { return "elsewhere, with the results in a file"; }
  void check(const SpaceDefinition& space, const Wrong& wrong) const override;
  std::vector<TargetFile> files() const override { return {{"file", file}}; }
  std::vector<std::string> read_files(const SpaceDefinition& space) override;
  bool can_measure(Metric metric) const override;
  bool measures(Metric metric) const override;
  std::string why_unbounded(Metric metric, bool has_models) const override;
  std::optional<std::vector<NetworkId>> listed(const Space&) const override { return ids_; }
  Json task(const Space& space, NetworkId id, std::uint64_t seed) const override;
  double cost(const Space&, NetworkId) const override { return 1; }
  std::vector<TaskInput> inputs(const SpaceDefinition& space, std::uint64_t seed) const override;
  std::vector<std::string> features(const Space& space) const override;
  NetworkFeatures network(const Space& space, NetworkId id) const override;
  std::size_t least_networks() const override {
    // The features that a table brings are all wanted; of the usual ones the fit takes what it can tell apart.
    return std::max<std::size_t>(4, format.features.size() + 1);
  }
  std::string device(const Json& result) const override {
    return result.is_null() ? file.filename().string() : "";
  }
  Json provenance() const override { return {{"file", file.filename().string()}}; }
  Json file_digests() const override;
  std::vector<SettingPair> compared(const Json&, const Json& fitted_from) const override {
    return {{"hardware.file", member_or_null(fitted_from, "hardware.file"), file_digests()["file"],
             /*digests=*/true}};
  }
  Json attributes() const override { return {{"file", file.string()}}; }

 private:
  std::vector<std::string> read_devices(const Space& space);
  std::vector<Metric> own_metrics() const;  // which the file may have

  std::vector<Metric> on_devices_;  // latencies, of a file of several devices
  std::vector<MeasuredRow> rows_;   // in the order of the file
  std::vector<NetworkId> ids_;
  std::map<NetworkId, std::size_t> row_of_;  // by id
};

// A JSON text is never empty() itself.
bool is_empty_text(const Json& value) { return value.get<std::string>().empty(); }

// A network of a table by its features: "macs", or "macs=column" where the column has another name.
void store_features(TableFormat& format, const Json& list) {
  auto& features = format.features;
  features.clear();
  for (const Json& element : list) {
    const auto text = element.get<std::string>();
    const std::size_t at = text.find('=');
    const std::string feature = text.substr(0, at);
    const std::string column = at == std::string::npos ? feature : text.substr(at + 1);
    if (feature.empty() || column.empty())
      throw std::invalid_argument("holds \"" + text + "\", which is neither feature nor feature=column");
    features.emplace_back(feature, column);
  }
}

void TableTarget::add_options(SectionBuilder<TableTarget>& hardware) {
  hardware.path(
      "file", field(&TableTarget::file), field(&TableTarget::job_file),
      "Target table: a CSV file of measurements, a row a network; `flash calibrate --emit` writes one to "
      "fill in.");
  OptionOf<TableTarget>& network =
      hardware.add("network_columns", OptionType::text_list,
                   "one column with the id, or those of wm, depth, tc_0, tc_1 ...",
                   "Target table: the columns that say which network a row is.");
  network.default_value = TableFormat{}.network;
  network.valid = [](const Json& list) { return !list.empty() && std::ranges::none_of(list, is_empty_text); };
  network.store = [](TableTarget& table, const Json& list) {
    table.format.network = list.get<std::vector<std::string>>();
  };
  hardware.texts(
      "devices", "names, or patterns such as \"titanx_*\"; \"*\": all", field(&TableTarget::devices),
      "Target table: the devices of a file that has a latency column for each, \"pixel3_ms\" of pixel3: "
      "latency@pixel3 is then a metric of its own. An empty list: the file is of one device.");
  OptionOf<TableTarget>& features =
      hardware.add("feature_columns", OptionType::text_list, "feature | feature=column",
                   "Target table: columns with features of networks that need not be of the space, in "
                   "place of network_columns.");
  features.default_value = Json::array();
  features.valid = [](const Json&) { return true; };
  features.store = [](TableTarget& table, const Json& list) { store_features(table.format, list); };
  for (const Metric metric : plain_fitted_metrics) {
    const std::string word(flash::name(metric));
    const auto column = [metric](auto& table) -> auto& { return table.format.metrics[metric].column; };
    OptionOf<TableTarget>& option = hardware.text(
        word + "_column", "a column of the file", [](const Json& value) { return !is_empty_text(value); },
        column,
        "Target table: the column that holds the " + word + "; where the file lacks " +
            TableFormat{}.metrics[metric].column + ", one named after the metric with another unit.");
    option.store = [metric](TableTarget& table, const Json& value) {
      table.format.metrics[metric].column = value.get<std::string>();
      table.format.metrics[metric].required =
          table.format.metrics[metric].column != TableFormat{}.metrics[metric].column;
    };
    std::vector<std::string> units{""};
    units.insert(units.end(), units_of(metric).begin(), units_of(metric).end());
    hardware.word(
        word + "_unit", units, [metric](auto& table) -> auto& { return table.format.metrics[metric].unit; },
        "Target table: its unit; \"\": the one that the column's name says, else " +
            std::string(flash::unit(metric)) + ".");
  }
}

// "pixel_3" of "pixel 3": what sums and ceilings may call it.
std::string metric_name(std::string device) {
  for (char& c : device)
    if (!why_no_device(std::string_view(&c, 1)).empty()) c = '_';
  return device;
}

// Of one device all are there by the file's columns, of several their latencies.
std::vector<Metric> TableTarget::own_metrics() const {
  if (!devices.empty()) return on_devices_;
  return {plain_fitted_metrics.begin(), plain_fitted_metrics.end()};
}

bool TableTarget::can_measure(Metric metric) const {
  if (devices.empty()) return !is_on_device(metric);
  if (kind_of(metric) != Metric::latency || !is_on_device(metric)) return false;
  return std::ranges::any_of(devices, [&](const std::string& device) {
    return metric_name(device) == device_of(metric) || device.find('*') != std::string::npos;
  });
}

void TableTarget::check(const SpaceDefinition& definition, const Wrong& wrong) const {
  if (file.empty()) wrong("file", "is not set; the target table needs a file of measurements");
  std::optional<Space> made;
  try {
    made.emplace(definition);
  } catch (const Error&) {
    return;  // which the check of the space says
  }
  const Space& space = *made;
  const std::vector<std::string> known = feature_names(space);
  for (const auto& [feature, column] : format.features) {
    if (std::ranges::find(known, feature) != known.end()) continue;
    const std::string close = nearest(feature, known);
    wrong("feature_columns",
          "holds " + shown(feature) + ", which is no feature of the space" +
              (close.empty()
                   ? " (allowed: macs, parameters, traffic, layers, and those of a cell such as macs.0)"
                   : "; did you mean " + close + "?"));
  }
  if (!devices.empty() && !format.features.empty())
    wrong("feature_columns", "cannot stand beside hardware.devices, whose networks are the space's");
  if (!devices.empty()) return;
  const std::size_t columns = format.network.size();
  const std::size_t wanted = configuration_columns(space).size();
  if (columns != 1 && columns != wanted)
    wrong("network_columns", "names " + std::to_string(columns) + " columns; it takes one with the id, or " +
                                 std::to_string(wanted) + " as wm, depth, tc_0 ...");
}

// A row that names no network of the space is known by its features.
NetworkId row_id(const MeasuredRow& row, const Space& space) {
  if (row.network) return space.id(*row.network);
  return fnv1a64(Json(row.features).dump());
}

std::vector<std::string> TableTarget::read_devices(const Space& space) {
  DeviceFormat wanted;
  wanted.of_job = true;
  wanted.unit = format.metrics[Metric::latency].unit;
  wanted.devices = devices;
  if (format.network != TableFormat{}.network)
    (format.network.size() == 1 ? wanted.network = format.network.front()
                                : (wanted.operators = format.network, ""));
  DeviceTables read = read_device_tables({file}, wanted, &space);
  const DeviceTable& table = read.table;
  std::map<std::string, std::string> called;  // what jobs call a device: its name in the file
  for (const std::string& device : table.devices) {
    const auto [same, is_new] = called.emplace(metric_name(device), device);
    if (!is_new)
      throw Error(ExitCode::bad_data, file.string() + ": the devices " + shown(same->second) + " and " +
                                          shown(device) + " are both " + same->first +
                                          " to a job: rename a column");
    on_devices_.push_back(metric_on(Metric::latency, same->first));
  }
  for (std::size_t i = 0; i < read.points.size(); ++i) {
    MeasuredRow row;
    row.line = read.lines[i];
    row.network = read.points[i];
    bool any = false;
    for (std::size_t d = 0; d < on_devices_.size(); ++d) {
      row.metrics[on_devices_[d]] = table.latency_ms[d][i];
      any = any || !std::isnan(table.latency_ms[d][i]);
    }
    if (any) rows_.push_back(std::move(row));
  }
  return std::move(read.notes);
}

std::vector<std::string> TableTarget::read_files(const SpaceDefinition& definition) {
  const Space space(definition);
  TableRest rest;
  std::vector<std::string> notes;
  rows_.clear();
  on_devices_.clear();
  if (devices.empty())
    rows_ = read_measured_table(file, format, space, &rest);
  else
    notes = read_devices(space);
  ids_.clear();
  row_of_.clear();
  for (const MeasuredRow& row : rows_) {
    row_of_.emplace(row_id(row, space), ids_.size());
    ids_.push_back(row_id(row, space));
  }
  if (devices.empty() && !measures(Metric::latency))
    notes.push_back(file.string() +
                    " has no latency: it drops out of the objective; if a column holds it, name that as "
                    "hardware.latency_column");
  if (rest.unmeasured > 0)
    notes.push_back(file.string() + ": " + std::to_string(rest.unmeasured) +
                    " networks are not measured yet and left out");
  if (!rest.columns.empty())
    notes.push_back(file.string() + ": of its columns these are not read: " + joined(rest.columns));
  return notes;
}

bool TableTarget::measures(Metric metric) const {
  return std::ranges::any_of(rows_, [&](const MeasuredRow& row) { return !std::isnan(row.metrics[metric]); });
}

// A bound on what the table does not have would only be found out after the training.
std::string TableTarget::why_unbounded(Metric metric, bool) const {
  if (rows_.empty() || measures(metric)) return "";
  return file.string() + " has no " + in_words(metric) +
         " to fit a model of it to; measure it, or delete this key";
}

Json TableTarget::task(const Space& space, NetworkId id, std::uint64_t) const {
  const MeasuredRow& row = rows_.at(row_of_.at(id));
  Json values = Json::object();
  for (const Metric metric : own_metrics())
    values[std::string(key(metric))] = number_or_null(row.metrics[metric]);
  // A digest of features is an integer of 64 bits.
  Json input{{"kind", "import"},
             {"id", row.network ? id_json(id) : Json(static_cast<std::uint64_t>(id))},
             {"values", std::move(values)}};
  if (row.network) input["space"] = to_json(space.definition());
  return input;
}

std::vector<TaskInput> TableTarget::inputs(const SpaceDefinition& definition, std::uint64_t) const {
  const Space space(definition);
  std::string all;
  for (const NetworkId id : ids_) all += digest_of(task(space, id, 0));
  return {{"space", digest_of(to_json(definition))}, {"measurements in the table", sha256_hex(all)}};
}

std::vector<std::string> TableTarget::features(const Space& space) const {
  if (format.features.empty()) return Target::features(space);
  std::vector<std::string> names;
  for (const auto& [feature, column] : format.features) names.push_back(feature);
  return names;
}

NetworkFeatures TableTarget::network(const Space& space, NetworkId id) const {
  if (format.features.empty()) return Target::network(space, id);
  return {{}, rows_.at(row_of_.at(id)).features};
}

// Of its lines in whatever order, since that does not matter.
Json TableTarget::file_digests() const {
  if (file.empty()) return {{"file", ""}};
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {{"file", nullptr}};
  std::istringstream stream(read_file(file));
  std::multiset<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.insert(line);
  Sha256 digest;
  for (const std::string& line : lines) digest.add(line + "\n");
  return {{"file", digest.hex()}};
}

}  // namespace

const Target& table_target() {
  static const TableTarget target;
  return target;
}

}  // namespace flash
