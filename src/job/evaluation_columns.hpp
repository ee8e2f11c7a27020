// Columns of a configuration's worth, in all tables that list configurations.
#pragma once

#include "flash/search/evaluator.hpp"
#include "table_builder.hpp"

namespace flash {

// `get` leads from a row to its Evaluation.
template <typename Row, typename Get>
void evaluation_columns(TableBuilder<Row>& table, const Get& get) {
  table
      .column("objective", "1", "objective f [reconstructed]", [=](const Row& r) { return get(r).objective; })
      .column("accuracy", "1", "predicted accuracy", [=](const Row& r) { return get(r).accuracy; });
  for (const Metric m : fitted_metrics)
    table.column(std::string(key(m)).c_str(), std::string(unit(m)).c_str(),
                 ("predicted " + std::string(name(m))).c_str(),
                 [=](const Row& r) { return get(r).metrics[m]; });
}

}  // namespace flash
