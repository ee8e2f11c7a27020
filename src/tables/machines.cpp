#include "flash/findings/machines.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

std::string hosts_of(const MeasuringMachine& there) {
  std::string text;
  for (const std::string& host : there.hosts) text.append(text.empty() ? "" : ",").append(host);
  return text;
}

}  // namespace

ArchiveTable machines_table() {
  TableOf<MeasuringMachine> table(
      "machines",
      "The machines that networks were measured on, where the target is these themselves. There only where "
      "the measurements say it.",
      [](const TableSource& source) { return measuring_machines(source.measured); });
  table.only_with_rows();
  table
      .column("processor", "", "name of the processor",
              [](const MeasuringMachine& m) { return m.machine.processor; })
      .since("2.1")
      .column("cores", "1", "logical cores; 0: unknown",
              [](const MeasuringMachine& m) { return m.machine.cores; })
      .since("2.1")
      .column("memory_mib", "MiB", "memory; 0: unknown",
              [](const MeasuringMachine& m) { return m.machine.memory_mib; })
      .since("2.1")
      .column("kernel", "", "system and its version",
              [](const MeasuringMachine& m) { return m.machine.kernel; })
      .since("2.1")
      .column("governor", "", "how the processor's clock is set: performance, schedutil; empty: unknown",
              [](const MeasuringMachine& m) { return m.machine.governor; })
      .since("2.1")
      .column("libraries", "", "that compute, and their versions",
              [](const MeasuringMachine& m) { return m.machine.libraries; })
      .since("2.1")
      .column("hosts", "", "separated by commas", hosts_of)
      .since("2.1")
      .column("networks", "1", "measured there", [](const MeasuringMachine& m) { return m.networks; })
      .since("2.1");
  return table.build();
}

}  // namespace flash
