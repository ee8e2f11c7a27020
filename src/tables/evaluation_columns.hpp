// Columns of a configuration's worth, in all tables that list configurations.
#pragma once

#include "flash/search/evaluator.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {

// `get` leads from a row to its Evaluation.
template <typename Row, typename Get>
void evaluation_columns(TableOf<Row>& table, const Get& get) {
  table
      .column("objective", "1",
              "objective f [reconstructed]; exp of the sum that attribute `sum` names, where there is one",
              [=](const Row& r) { return get(r).objective; })
      .column("accuracy", "1", "predicted accuracy, in [0, 1]",
              [=](const Row& r) { return get(r).accuracy; });
  for (const Metric m : plain_fitted_metrics)
    table.column(std::string(key(m)), std::string(unit(m)), "predicted " + std::string(name(m)),
                 [=](const Row& r) { return get(r).metrics[m]; });
}

// What is counted of a configuration. `id` leads from a row to its id.
template <typename Row, typename Id>
void size_columns(TableOf<Row>& table, const Id& id) {
  table
      .column(
          "parameters", "1", "trained values of the network",
          [=](const Row& r, const TableSource& s) { return s.space.counts(s.space.point(id(r))).parameters; })
      .since("2.1")
      .column("macs", "1", "multiply-accumulates for one image",
              [=](const Row& r, const TableSource& s) { return s.space.counts(s.space.point(id(r))).macs; })
      .since("2.1");
}

// `id` leads from a row to the configuration's id.
template <typename Row, typename Id>
void extrapolated_column(TableOf<Row>& table, const Id& id) {
  table.column(
      "extrapolated", "1", "1 where a metric of it lies outside the hull of what was measured",
      [=](const Row& r, const TableSource& s) { return !extrapolated(*s.models, s.space, id(r)).empty(); });
}

}  // namespace flash
