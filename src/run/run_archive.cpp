// What a run leaves: its archive, models.json and status.json.
#include <algorithm>

#include "flash/archive/archive.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/run/run.hpp"
#include "flash/run/status.hpp"
#include "flash/stage/comparison.hpp"
#include "flash/stage/joint.hpp"
#include "flash/stage/stage.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {

std::vector<SweepSummary> Run::sweep_summaries(const std::vector<Constraints>& sets) const {
  std::vector<SweepSummary> summaries;
  const auto merged = merged_sweeps(job_, space_, results_, sets);
  for (std::size_t set = 0; set < sets.size(); ++set) {
    if (merged[set]) summaries.push_back({sets[set], *merged[set]});
  }
  return summaries;
}

double Run::sweep_seconds() const {
  std::vector<std::pair<double, double>> spans;
  for (const auto& [id, outcome] : results_.stage("sweep"))
    if (outcome.ok) spans.emplace_back(outcome.t_start, outcome.t_end);
  std::ranges::sort(spans);
  double seconds = 0;
  double covered = 0;  // up to this time
  for (const auto& [start, end] : spans) {
    seconds += std::max(0.0, end - std::max(start, covered));
    covered = std::max(covered, end);
  }
  return seconds;
}

Landscape Run::landscape_results() { return flash::landscape(job_, findings_.models(), results_); }

// Every two seconds: the ranks must not wait for a busy disk each time.
void Run::write_status(const Status& status) {
  const AddsSeconds span(keeping_seconds_);
  directory_->write(directory_->status(), to_json(status).dump(2) + "\n", Durability::unsynced);
}

// Of a stage that this start has not looked at it is not known what counts: while it runs the start is given
// the benefit of the doubt, then no longer.
Json Run::stage_counts(bool ended) const {
  Json stages = Json::object();
  for (const Stage* stage : flash::stages()) {
    const std::string name(stage->name());
    std::size_t done = 0, failed = 0;
    if (!ended || selected_.contains(name)) {
      for (const auto& [id, outcome] : results_.stage(name)) ++(outcome.ok ? done : failed);
    }
    stages[name] = {{"done", done}, {"failed", failed}};
  }
  return stages;
}

void Run::write_status(const std::string& state) {
  Status status;
  status.state = state;
  status.stages = stage_counts(/*ended=*/true);
  for (const Json& stage : status.stages) {
    status.done += stage["done"].get<std::size_t>();
    status.failed += stage["failed"].get<std::size_t>();
  }
  status.tasks = status.done + status.failed;
  status.time = unix_time();
  if (state == "finished") status.inputs = inputs_digest(job_);
  write_status(status);
}

ArchiveContents Run::finish() {
  event("finish", "all stages are done");
  ArchiveContents contents = write();
  if (directory_) write_status("finished");
  finished_ = true;
  return contents;
}

void Run::save() {
  if (unwritten_) write();
}

// Of what was evaluated with models that have changed since, nothing is an answer any more; the stage itself
// will say so when it is begun.
void Run::select_evaluations() {
  for (const Stage* stage : stages()) {
    const std::string name(stage->name());
    if (fits_rest_on(*stage) || results_.stage(name).empty()) continue;
    std::vector<StageTask> tasks;
    try {
      tasks = stage->plan(findings_).tasks;
    } catch (const Error& error) {  // what it would rest on is not there any more: none of it counts
      if (error.code() != ExitCode::missing_input && error.code() != ExitCode::bad_data) throw;
    }
    const Results::Selection selection = results_.select(name, tasks);
    selected_.insert(name);
    unreported_[name].remade += selection.remade;
    unreported_[name].dropped += selection.dropped;
  }
}

ArchiveContents Run::write() {
  unwritten_ = false;
  ArchiveSource source{.job = job_, .space = space_, .results = results_};
  // A stopped run has what it has: a fit that cannot be made yet is left out.
  const auto as_far_as_there = [](const auto& make) {
    try {
      make();
    } catch (const Error& error) {
      if (error.code() != ExitCode::missing_input && error.code() != ExitCode::bad_data) throw;
    }
  };
  as_far_as_there([&] { source.predictors = findings_.predictors(); });
  as_far_as_there([&] { source.hardware = findings_.hardware(); });
  as_far_as_there([&] { source.adapted = findings_.adapted(); });
  bool selected = false;
  as_far_as_there([&] {
    source.models = findings_.models();
    source.sets = findings_.sets();
    select_evaluations();
    selected = true;
  });
  source.trained = findings_.trained();
  source.measured = findings_.measured();
  source.refinement_ended = findings_.refinement().ended;
  source.hosts = farm_.hosts();
  source.ranks = farm_.size();
  source.command_line = options_.command_line;
  if (!directory_) return archive_contents(source);
  sync();
  ArchiveContents contents;
  {
    const AddsSeconds span(keeping_seconds_);
    contents = archive_contents(source);
    directory_->write(directory_->archive(), archive_bytes(contents));
    if (source.models) directory_->write(directory_->models(), to_json(*source.models).dump(2) + "\n");
    // Compressions of another job that are not yet superseded must not pass for this one's.
    if (job_.joint.active() && selected)
      as_far_as_there([&] {
        directory_->write(directory_->path() / joint_models_file,
                          to_json(joint_models(findings_)).dump(2) + "\n");
      });
  }
  write_status(stop_reason_.empty() ? "idle" : "stopped");
  return contents;
}

}  // namespace flash
