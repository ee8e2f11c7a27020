// The column that says on what networks were measured.
#pragma once

#include <set>

#include "flash/job/archive_tables.hpp"

namespace flash {

// Of the host its processor, as the rank that measured saw it (earlier results do not say); of a simulated chip
// the file of its design; of a table what the job calls the machine, else the table's file. "": unknown.
inline std::string device_name(const MeasuredSample& sample, const TableSource& source) {
  const HardwareSettings& hardware = source.job.hardware;
  if (hardware.target == "host") {
    const Json said = sample.good ? sample.outcome->output.value("device", Json()) : Json();
    return said.is_string() ? said.get<std::string>() : hardware.machine;
  }
  if (hardware.target == "imc") return hardware.design_file.empty() ? "default" : hardware.design_file.stem();
  return hardware.machine.empty() ? hardware.file.filename().string() : hardware.machine;
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
