#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

std::vector<MethodScore> method_rows(const TableSource& source) {
  return source.adapted ? source.adapted->adaptation.methods : std::vector<MethodScore>();
}

Attributes of_the_adaptation(const TableSource& source) {
  const AdaptedLatency& adapted = *source.adapted;
  return {{"proxy", adapted.proxy},
          {"method", adapted.adaptation.method},
          {"why", adapted.adaptation.why},
          {"srcc_raw", adapted.adaptation.raw_srcc},
          {"samples", static_cast<std::int64_t>(adapted.fit.fit.networks)}};
}

}  // namespace

ArchiveTable adaptation_table() {
  TableOf<MethodScore> table(
      "devices/adaptation",
      "How the target's latency could be adapted from the devices of `proxy.devices`, side by side by cross-validation. "
      "Attributes: `proxy`, the device that it is adapted from; `method`, the one used, and `why`; `srcc_raw`, the rank "
      "correlation of the proxy's latencies with the target's; `samples`, networks measured on the target.",
      method_rows);
  table.only_where([](const TableSource& source) { return source.adapted.has_value(); })
      .attributes(of_the_adaptation)
      .column("method", "", "how", [](const MethodScore& r) { return r.method; })
      .column("fitted", "1", "1 where it could be", [](const MethodScore& r) { return r.fitted; })
      .column("srcc", "1", "rank correlation of held-out samples with their predictions; NaN: not known",
              [](const MethodScore& r) { return r.srcc; })
      .column("srcc_low", "1", "its 95 % interval",
              [](const MethodScore& r) { return r.srcc_interval.first; })
      .column("srcc_high", "1", "its 95 % interval",
              [](const MethodScore& r) { return r.srcc_interval.second; })
      .column("rmse", "ms", "root mean square of held-out samples' errors",
              [](const MethodScore& r) { return r.rmse; })
      .column("reason", "", "why it could not be fitted; or empty",
              [](const MethodScore& r) { return r.reason; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.2";
  return made;
}

}  // namespace flash
