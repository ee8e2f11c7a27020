#include <algorithm>

#include "flash/tables/archive_tables.hpp"

namespace flash {

ArchiveTable constraints_table() {
  TableOf<Constraints> table(
      "constraints",
      "The constraint sets of the sweep and the comparison, as they were searched under, and as asked.",
      [](const TableSource& source) { return source.sets; });
  table.only_where([](const TableSource& source) { return source.models.has_value(); })
      .column("name", "", "constraint set", [](const Constraints& c) { return c.name; })
      .column("accuracy_min", "1", "accuracy floor; -inf: none",
              [](const Constraints& c) { return c.accuracy_min; });
  for (const Metric metric : plain_metrics) {
    table.column(ceiling_key(metric), std::string(unit(metric)),
                 std::string(name(metric)) + " ceiling; inf: none",
                 [=](const Constraints& c) { return c.metric_max[metric]; });
    if (is_exact(metric)) table.since("2.0");
  }
  table
      .column(
          "margin", "1",
          "share of the 95 % bands that the asked bounds are to hold by, for which those above are the tightened "
          "ones; 0: they are as asked",
          [](const Constraints& c) { return c.asked ? c.margin : 0.0; })
      .since("2.1")
      .column("accuracy_min_asked", "1", "accuracy floor as asked; -inf: none",
              [](const Constraints& c) { return as_asked(c).accuracy_min; })
      .since("2.1");
  for (const Metric metric : plain_fitted_metrics)
    table
        .column(ceiling_key(metric) + "_asked", std::string(unit(metric)),
                std::string(name(metric)) + " ceiling as asked; inf: none",
                [=](const Constraints& c) { return as_asked(c).metric_max[metric]; })
        .since("2.1");
  return table.build();
}

}  // namespace flash
