// Where the energy and area of simulated networks come from, part by part.
#pragma once

#include "device_column.hpp"
#include "network_columns.hpp"

namespace flash {

struct ImcPart {
  const MeasuredSample* network;
  std::string name;
  double value;
};

// `key`: of the simulator's report.
inline ArchiveTable imc_parts_table(const char* path, const char* meaning, const char* key,
                                    const char* column, const char* units, const char* parts) {
  TableOf<ImcPart> table(path, meaning, [key](const TableSource& source) {
    std::vector<ImcPart> rows;
    for (const MeasuredSample& sample : source.measured) {
      if (!sample.good) continue;
      for (const auto& [part, value] : sample.outcome->output.at(key).items())
        rows.push_back({&sample, part, value.template get<double>()});
    }
    return rows;
  });
  table.only_where([](const TableSource& source) { return source.job.hardware.setup().reports_layers(); });
  network_column(table, [](const ImcPart& r) { return r.network->id; });
  device_column(table, [](const ImcPart& r) -> const MeasuredSample& { return *r.network; });
  table.column("part", "", std::string("component: ") + parts, [](const ImcPart& r) { return r.name; })
      .column(column, units, "share of the component", [](const ImcPart& r) { return r.value; });
  return table.build();
}

}  // namespace flash
