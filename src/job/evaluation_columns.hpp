// Columns of a configuration's worth, in all tables that list configurations.
#pragma once

#include <array>

#include "flash/search/evaluator.hpp"
#include "table_builder.hpp"

namespace flash {

// `get` leads from a row to its Evaluation.
template <typename Row, typename Get>
void evaluation_columns(TableBuilder<Row>& table, const Get& get) {
  table
      .column("objective", "1", "objective f [reconstructed]", [=](const Row& r) { return get(r).objective; })
      .column("accuracy", "1", "predicted accuracy", [=](const Row& r) { return get(r).accuracy; });
  static constexpr std::array<const char*, 3> long_names{"predicted latency", "predicted energy",
                                                         "predicted area"};
  static constexpr std::array<const char*, 3> names{"latency_ms", "energy_mj", "area_mm2"};
  static constexpr std::array<const char*, 3> units{"ms", "mJ", "mm2"};
  for (const Metric m : all_metrics) {
    const auto i = static_cast<std::size_t>(m);
    table.column(names[i], units[i], long_names[i], [=](const Row& r) { return get(r).metrics[m]; });
  }
}

}  // namespace flash
