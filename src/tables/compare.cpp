#include "evaluation_columns.hpp"
#include "network_columns.hpp"

namespace flash {

ArchiveTable compare_table() {
  using Row = ComparisonRow;
  TableOf<Row> table(
      "compare",
      "Searches, one row for each method, constraint set and seed.\n\n"
      "The proven optimum is that of the whole sweep, else of the comparison's own runs of `exact` or "
      "`exhaustive`, else of an exact search made when the archive is written; they agree bit for bit.\n\n"
      "`speedup_rl`: REINFORCE's wall clock until it first reaches this run's objective, or all of it where "
      "it never does, the median over its runs under the same constraints, divided by this run's wall "
      "clock. `speedup_exhaustive`: the wall clock of the sweep's blocks added up, else that of method "
      "`exhaustive`, divided by this run's; always measured, never estimated.",
      [](const TableSource& source) { return source.compared->rows; });
  table.only_where([](const TableSource& source) { return source.compared.has_value(); })
      .column("method", "", "search method", [](const Row& r) { return r.run.method; })
      .column("constraints", "", "constraint set", [](const Row& r) { return r.constraints; })
      .column("seed", "1", "number of the seed",
              [](const Row& r) { return static_cast<std::int64_t>(r.run.seed); })
      .column("found", "1", "1 where a feasible configuration was found",
              [](const Row& r) { return r.result.found; });
  const auto id = [](const Row& r) { return r.result.best_id; };
  network_column(table, "best_id", "id of the best configuration found", id);
  evaluation_columns(table, [](const Row& r) -> const Evaluation& { return r.result.best; });
  extrapolated_column(table, id);
  size_columns(table, id);
  table
      .column("gap", "1", "1 - objective / proven optimum; NaN where nothing feasible was found",
              [](const Row& r) { return r.gap; })
      .column(
          "gap_random", "1",
          "(optimum - objective) / (optimum - median objective of random configurations that meet the set); "
          "NaN where that is not known",
          [](const Row& r) { return r.gap_random; })
      .since("2.1")
      .column("evaluations", "1", "distinct configurations evaluated",
              [](const Row& r) { return r.result.evaluations; })
      .column("seconds", "s", "wall clock of the search", [](const Row& r) { return r.result.seconds; })
      .column("evaluations_1pc", "1", "evaluations to come within 1 % of the optimum; NaN where it never did",
              [](const Row& r) { return r.evaluations_1pc; })
      .column("seconds_1pc", "s", "seconds to come within 1 % of the optimum; NaN where it never did",
              [](const Row& r) { return r.seconds_1pc; })
      .column("speedup_rl", "1",
              "speed-up against REINFORCE; NaN without a run of it, or where nothing feasible was found",
              [](const Row& r) { return r.speedup_rl; })
      .column("speedup_rl_is_bound", "1",
              "1 where it is a lower bound: a run of REINFORCE never came that far",
              [](const Row& r) { return r.speedup_rl_is_bound; })
      .column(
          "speedup_exhaustive", "1",
          "speed-up against the exhaustive search on one core; NaN without one, or where nothing feasible "
          "was found",
          [](const Row& r) { return r.speedup_exhaustive; });
  return table.build();
}

}  // namespace flash
