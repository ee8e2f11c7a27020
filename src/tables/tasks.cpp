#include "task_columns.hpp"

namespace flash {
namespace {

std::vector<RanTask> ran_tasks(const TableSource& source) {
  std::vector<RanTask> rows;
  for (const std::string& stage : stage_names())
    for (const auto& [id, outcome] : source.results.stage(stage)) rows.push_back({stage, id, &outcome});
  return rows;
}

}  // namespace

ArchiveTable tasks_table() {
  TableOf<RanTask> table("tasks",
                         "What each rank did from when to when: the try that ended each task, of all stages.",
                         ran_tasks);
  task_columns(table, "id of the task within its stage");
  table.column("attempt", "1", "tries of the task", [](const RanTask& r) { return r.outcome->attempt; });
  where_and_when_columns(table);
  return table.build();
}

}  // namespace flash
