// [hardware]: the target, and the networks that are measured on it.
#include <algorithm>
#include <stdexcept>

#include "flash/import/units.hpp"
#include "option_builder.hpp"

namespace flash {
namespace {

// A JSON text is never empty() itself.
bool is_empty_text(const Json& value) { return value.get<std::string>().empty(); }

// A network of a table by its features: "macs", or "macs=column" where the column has another name.
void store_features(Job& job, const Json& list) {
  auto& features = job.hardware.table.features;
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

void add_table_options(JobSection& hardware) {
  hardware.path(
      "file", field(&Job::hardware, &HardwareSettings::file),
      "Target table: a CSV file of measurements, a row a network; `flash calibrate --emit` writes one to "
      "fill in.");
  Option& network = hardware.add("network_columns", OptionType::text_list,
                                 "one column with the id, or those of wm, depth, tc_0, tc_1 ...",
                                 "Target table: the columns that say which network a row is.");
  network.default_value = TableFormat{}.network;
  network.valid = [](const Json& list) { return !list.empty() && std::ranges::none_of(list, is_empty_text); };
  network.store = [](Job& job, const Json& list) {
    job.hardware.table.network = list.get<std::vector<std::string>>();
  };
  Option& features =
      hardware.add("feature_columns", OptionType::text_list, "feature | feature=column",
                   "Target table: columns with features of networks that need not be of the space, in "
                   "place of network_columns.");
  features.default_value = Json::array();
  features.valid = [](const Json&) { return true; };
  features.store = store_features;
  for (const Metric metric : all_metrics) {
    const auto i = static_cast<std::size_t>(metric);
    const std::string word(name(metric));
    const auto column = [i](auto& job) -> auto& { return job.hardware.table.metrics[i].column; };
    Option& option = hardware.text(
        word + "_column", "a column of the file", [](const Json& value) { return !is_empty_text(value); },
        column,
        "Target table: the column that holds the " + word + "; where the file lacks " +
            TableFormat{}.metrics[i].column + ", one named after the metric with another unit.");
    option.store = [i](Job& job, const Json& value) {
      job.hardware.table.metrics[i].column = value.get<std::string>();
      job.hardware.table.metrics[i].required =
          job.hardware.table.metrics[i].column != TableFormat{}.metrics[i].column;
    };
    std::vector<std::string> units{""};
    units.insert(units.end(), units_of(metric).begin(), units_of(metric).end());
    hardware.word(
        word + "_unit", units, [i](auto& job) -> auto& { return job.hardware.table.metrics[i].unit; },
        "Target table: its unit; \"\": the one that the column's name says, else " +
            std::string(unit(metric)) + ".");
  }
}

}  // namespace

void add_hardware_options(std::vector<Option>& options) {
  using Settings = HardwareSettings;
  using Host = HostMeasurementSettings;
  const auto at = [](auto... members) { return field(&Job::hardware, members...); };
  JobSection hardware(options, "hardware");
  hardware.word(
      "target", {"host", "imc", "table"}, at(&Settings::target),
      "What the networks are measured on: this machine (latency, and energy where its counters can be "
      "read), the simulator of an in-memory-computing chip (latency, energy, area), or elsewhere, with "
      "the results in a file.");
  hardware.text(
      "machine", "any text", [](const Json&) { return true; }, at(&Settings::machine),
      "What is measured, in words, such as \"Raspberry Pi 3B, OpenCV 4.6, 4 threads\": kept with the "
      "models.");
  hardware.integer("count", network_counts, at(&Settings::count),
                   "Networks measured to fit the hardware models.");
  hardware.integer("holdout", held_out_counts, at(&Settings::holdout),
                   "More networks, measured to test the fit.");
  hardware
      .number("max_mmacs", at_least(0), at(&Settings::max_mmacs),
              "Measure only networks of at most so many million multiply-accumulates an image; 0: any.")
      .unit = "MMAC";
  hardware
      .integer("batch", batch_sizes, at(&Settings::host, &Host::batch), "Images of a measured forward pass.")
      .unit = "images";
  hardware.integer("threads", thread_counts, at(&Settings::host, &Host::threads),
                   "Threads of LibTorch while measuring.");
  hardware.integer("repeats", {1, 1'000'000}, at(&Settings::host, &Host::repeats),
                   "Timed forward passes of a network; their median counts.");
  hardware.integer("warmup", {0, 1'000'000}, at(&Settings::host, &Host::warmup),
                   "Forward passes before those.");
  hardware.device("device", at(&Settings::host, &Host::device),
                  "Where networks run while they are measured.");
  hardware.path(
      "design", at(&Settings::design_file),
      "Target imc: the chip (TOML; `flash options --imc` explains it); \"\": the default one of 32 nm.");
  add_table_options(hardware);
}

}  // namespace flash
