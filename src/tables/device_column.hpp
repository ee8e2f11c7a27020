// The column that says on what networks were measured.
#pragma once

#include <set>

#include "flash/tables/archive_tables.hpp"

namespace flash {

// What the result says, else what the job calls the machine, else what the target says of itself.
inline std::string device_name(const MeasuredSample& sample, const TableSource& source) {
  const Target& target = source.job.hardware.setup();
  const std::string device = target.device(sample.good ? sample.outcome->output : Json());
  if (!device.empty()) return device;
  return source.job.hardware.machine.empty() ? target.device(nullptr) : source.job.hardware.machine;
}

// Of all that was measured, each once: "AMD EPYC 7763, Intel Xeon 8480".
inline std::string device_names(const TableSource& source) {
  std::set<std::string> names;
  for (const MeasuredSample& sample : source.measured)
    if (sample.good) names.insert(device_name(sample, source));
  names.erase("");
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

inline constexpr const char* device_meaning =
    "on what: the processor's name, the design of the chip, or the machine or file of a table; empty: "
    "unknown";

// `get` leads from a row to its MeasuredSample.
template <typename Row, typename Get>
void device_column(TableOf<Row>& table, const Get& get) {
  table
      .column("device", "", device_meaning,
              [=](const Row& r, const TableSource& source) { return device_name(get(r), source); })
      .since("2.0");
}

}  // namespace flash
