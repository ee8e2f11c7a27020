#include "flash/findings/job_record.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

std::vector<Event> events_but_jobs(const TableSource& source) {
  std::vector<Event> rows;  // but for the jobs, which have a table of their own
  for (const Event& event : source.results.events())
    if (event.kind != job_event) rows.push_back(event);
  return rows;
}

}  // namespace

ArchiveTable events_table() {
  return TableOf<Event>("events", "What befell the run.", events_but_jobs)
      .column("time", "s", "Unix time", [](const Event& e) { return e.time; })
      .column(
          "kind", "",
          "start, inputs (what a stage's results are made from, each with a digest, JSON; until 1.2.0 "
          "begin: a stage and one digest), stop, retry, torn, takeover (from a process that had not ended "
          "cleanly), shard (which part of a sweep this run is), merge (whose sweep it took over), ...",
          [](const Event& e) { return e.kind; })
      .column("text", "", "what happened", [](const Event& e) { return e.text; })
      .build();
}

}  // namespace flash
