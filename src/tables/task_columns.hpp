// The columns of a task that has ended, whether its outcome counts or not.
#pragma once

#include "flash/stage/stage.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {

struct RanTask {
  std::string stage;
  TaskId id;
  const StageOutcome* outcome;
};

inline std::vector<std::string> stage_names() {
  std::vector<std::string> names;
  for (const Stage* stage : stages()) names.emplace_back(stage->name());
  return names;
}

inline void task_columns(TableOf<RanTask>& table, const char* id_meaning) {
  table.column("stage", "", "stage of the run", [](const RanTask& r) { return r.stage; })
      .choices(stage_names())
      .column("task", "1", id_meaning, [](const RanTask& r) { return r.id; })
      .column("state", "", "how it ended", [](const RanTask& r) { return r.outcome->ok ? "done" : "failed"; })
      .choices({"done", "failed"});
}

inline void where_and_when_columns(TableOf<RanTask>& table) {
  table.column("rank", "1", "MPI rank that ran it", [](const RanTask& r) { return r.outcome->rank; })
      .column("host", "", "host that ran it", [](const RanTask& r) { return r.outcome->host; })
      .column("t_start", "s", "start, Unix time", [](const RanTask& r) { return r.outcome->t_start; })
      .column("t_end", "s", "end, Unix time", [](const RanTask& r) { return r.outcome->t_end; });
}

}  // namespace flash
