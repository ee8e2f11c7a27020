#include <algorithm>

#include "flash/tables/archive_tables.hpp"

namespace flash {

ArchiveTable constraints_table() {
  TableOf<Constraints> table("constraints", "The constraint sets of the sweep and the comparison.",
                             [](const TableSource& source) { return source.sets; });
  table.only_where([](const TableSource& source) { return source.models.has_value(); })
      .column("name", "", "constraint set", [](const Constraints& c) { return c.name; })
      .column("accuracy_min", "1", "accuracy floor; -inf: none",
              [](const Constraints& c) { return c.accuracy_min; });
  for (const Metric metric : all_metrics) {
    table.column(ceiling_key(metric), std::string(unit(metric)),
                 std::string(name(metric)) + " ceiling; inf: none",
                 [=](const Constraints& c) { return c.metric_max[metric]; });
    if (is_exact(metric)) table.since("2.0");
  }
  return table.build();
}

}  // namespace flash
