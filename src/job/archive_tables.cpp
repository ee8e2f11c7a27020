#include "flash/job/archive_tables.hpp"

#include "table_builder.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

Table events_table(const Results& results) {
  return TableBuilder<Event>("events", results.events())
      .column("time", "s", "Unix time", [](const Event& e) { return e.time; })
      .column("kind", "", "start, stop, retry, torn, takeover, shard, merge, ...",
              [](const Event& e) { return e.kind; })
      .column("text", "", "what happened", [](const Event& e) { return e.text; })
      .build();
}

// One try that ended a task: what its rank did from when to when.
struct Ran {
  std::string stage;
  std::uint64_t id;
  const StageOutcome* outcome;
};

// The ranks' timeline, of all stages.
Table tasks_table(const Results& results) {
  std::vector<Ran> rows;
  for (const char* stage : {"train", "calibrate", "sweep", "landscape", "compare"})
    for (const auto& [id, outcome] : results.stage(stage)) rows.push_back({stage, id, &outcome});
  return TableBuilder<Ran>("tasks", rows)
      .column("stage", "", "train, calibrate, sweep, landscape or compare",
              [](const Ran& r) { return r.stage; })
      .column("task", "1", "id of the task within its stage", [](const Ran& r) { return r.id; })
      .column("state", "", "done or failed",
              [](const Ran& r) { return std::string(r.outcome->ok ? "done" : "failed"); })
      .column("attempt", "1", "tries of the task", [](const Ran& r) { return r.outcome->attempt; })
      .column("rank", "1", "MPI rank that ran it", [](const Ran& r) { return r.outcome->rank; })
      .column("host", "", "host that ran it", [](const Ran& r) { return r.outcome->host; })
      .column("t_start", "s", "start, Unix time", [](const Ran& r) { return r.outcome->t_start; })
      .column("t_end", "s", "end, Unix time", [](const Ran& r) { return r.outcome->t_end; })
      .build();
}

}  // namespace

ArchiveContents archive_contents(const ArchiveSource& source) {
  ArchiveContents contents;
  contents.attributes = provenance(source);
  add_sample_tables(source, contents);
  add_hardware_tables(source, contents);
  add_search_tables(source, contents);
  add_landscape_tables(source, contents);
  contents.tables.push_back(tasks_table(source.results));
  contents.tables.push_back(events_table(source.results));
  return contents;
}

}  // namespace flash
