#include "flash/findings/job_record.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

struct JobRow {
  double time;
  JobRecord job;
};

std::vector<JobRow> job_rows(const TableSource& source) {
  std::vector<JobRow> rows;
  for (const Event& event : source.results.events())
    if (event.kind == job_event) rows.push_back({event.time, job_record_from(event)});
  return rows;
}

}  // namespace

ArchiveTable jobs_table() {
  return TableOf<JobRow>("jobs", "The jobs of all starts, each that differs from the one before.", job_rows)
      .only_with_rows()
      .column("time", "s", "start, Unix time", [](const JobRow& r) { return r.time; })
      .column("path", "", "the job file", [](const JobRow& r) { return r.job.path.string(); })
      .column("job", "", "its text", [](const JobRow& r) { return r.job.text; })
      .column("overrides", "", "what the command line set in its place, JSON: [[\"train.device\", \"cuda\"]]",
              [](const JobRow& r) { return overrides_text(r.job); })
      .column("images", "", "SHA-256 of what the images were; empty where the start looked at none",
              [](const JobRow& r) { return r.job.images; })
      .build();
}

}  // namespace flash
