#include "flash/job/archive_tables.hpp"

#include "flash/findings/job_record.hpp"
#include "flash/stage/stage.hpp"
#include "table_builder.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

Table events_table(const Results& results) {
  std::vector<Event> events;  // but for the jobs, which have a table of their own
  for (const Event& event : results.events())
    if (event.kind != job_event) events.push_back(event);
  return TableBuilder<Event>("events", events)
      .column("time", "s", "Unix time", [](const Event& e) { return e.time; })
      .column("kind", "", "start, inputs, stop, retry, torn, takeover, shard, merge, ...",
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
  for (const Stage* stage : stages()) {
    const std::string name(stage->name());
    for (const auto& [id, outcome] : results.stage(name)) rows.push_back({name, id, &outcome});
  }
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

// The jobs of all starts: of each that differs from the one before.
void add_jobs(const Results& results, ArchiveContents& contents) {
  struct Start {
    double time;
    JobRecord job;
  };
  std::vector<Start> starts;
  for (const Event& event : results.events())
    if (event.kind == job_event) starts.push_back({event.time, job_record_from(event)});
  if (starts.empty()) return;
  contents.tables.push_back(
      TableBuilder<Start>("jobs", starts)
          .column("time", "s", "start, Unix time", [](const Start& s) { return s.time; })
          .column("path", "", "the job file", [](const Start& s) { return s.job.path.string(); })
          .column("job", "", "its text", [](const Start& s) { return s.job.text; })
          .column("overrides", "", "what the command line set in its place, JSON: [[key, value], ...]",
                  [](const Start& s) { return overrides_text(s.job); })
          .column("images", "", "digest of the images, empty where none were looked at",
                  [](const Start& s) { return s.job.images; })
          .build());
}

// Trainings and measurements that no longer count, with all that they found: they are not to be had again.
// Evaluations are: of these it is enough that they were.
void add_superseded(const Results& results, ArchiveContents& contents) {
  const std::vector<Superseded>& rows = results.superseded();
  if (rows.empty()) return;
  const auto found = [](const Superseded& s) -> std::string {
    if (!s.outcome.ok) return s.outcome.error;
    return is_of_networks(s.stage) ? s.outcome.output.dump(-1, ' ', false, Json::error_handler_t::replace)
                                   : "";
  };
  contents.tables.push_back(
      TableBuilder<Superseded>("superseded", rows)
          .column("stage", "", "train, calibrate, sweep, landscape or compare",
                  [](const Superseded& s) { return s.stage; })
          .column("task", "1", "id that the task had within its stage",
                  [](const Superseded& s) { return s.id; })
          .column("state", "", "done or failed",
                  [](const Superseded& s) { return std::string(s.outcome.ok ? "done" : "failed"); })
          .column("inputs", "", "digest of what it was made from",
                  [](const Superseded& s) { return s.outcome.inputs; })
          .column("rank", "1", "MPI rank that ran it", [](const Superseded& s) { return s.outcome.rank; })
          .column("host", "", "host that ran it", [](const Superseded& s) { return s.outcome.host; })
          .column("t_start", "s", "start, Unix time", [](const Superseded& s) { return s.outcome.t_start; })
          .column("t_end", "s", "end, Unix time", [](const Superseded& s) { return s.outcome.t_end; })
          .column("result", "", "what was found, JSON; why it failed; empty for evaluations", found)
          .build());
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
  add_superseded(source.results, contents);
  add_jobs(source.results, contents);
  contents.tables.push_back(events_table(source.results));
  return contents;
}

}  // namespace flash
