#include "task_columns.hpp"

namespace flash {
namespace {

std::vector<RanTask> superseded_tasks(const TableSource& source) {
  std::vector<RanTask> rows;
  for (const Superseded& old : source.results.superseded()) rows.push_back({old.stage, old.id, &old.outcome});
  return rows;
}

// Trainings and measurements with all that they found: they are not to be had again. Evaluations are: of
// these it is enough that they were.
std::string what_was_found(const RanTask& task) {
  if (!task.outcome->ok) return task.outcome->error;
  const bool network = is_of_networks(task.stage);
  return network ? task.outcome->output.dump(-1, ' ', false, Json::error_handler_t::replace) : "";
}

}  // namespace

ArchiveTable superseded_table() {
  TableOf<RanTask> table(
      "superseded",
      "Results that no longer count: what their tasks were made from has changed, or they are no "
      "longer asked for. There only where there are any.",
      superseded_tasks);
  table.only_with_rows();
  task_columns(table, "id that the task had within its stage");
  table.column(
      "inputs", "",
      "digest of all that the result was made from, hexadecimal; empty where the version that made it did "
      "not say",
      [](const RanTask& r) { return r.outcome->inputs; });
  where_and_when_columns(table);
  table.column("result", "",
               "what was found, JSON; why it failed; empty for evaluations, which models and job give again",
               what_was_found);
  return table.build();
}

}  // namespace flash
