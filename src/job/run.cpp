#include "flash/job/run.hpp"

#include <algorithm>

#include "flash/archive/archive.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/job/archive_tables.hpp"
#include "flash/job/comparison.hpp"
#include "flash/job/constraint_sets.hpp"
#include "flash/job/progress.hpp"
#include "flash/job/status.hpp"
#include "flash/log/log.hpp"

namespace flash {
namespace {

constexpr double status_seconds = 2;

StopCondition stop_condition(const RunOptions& options, const std::size_t& done) {
  std::vector<StopCondition> conditions{stop_on_signal(), stop_before_slurm_does()};
  if (options.directory) conditions.push_back(stop_on_file(*options.directory / "STOP"));
  if (options.deadline_s > 0) conditions.push_back(stop_after_seconds(options.deadline_s));
  if (options.max_tasks > 0) conditions.push_back(stop_after_tasks(options.max_tasks, done));
  return any_of(std::move(conditions));
}

}  // namespace

Run::Run(const Job& job, Farm& farm, Executor executor, RunOptions options)
    : job_(job),
      space_(job.space),
      farm_(farm),
      executor_(std::move(executor)),
      options_(std::move(options)),
      stop_(stop_condition(options_, tasks_done_)) {
  if (!options_.directory) return;
  directory_.emplace(*options_.directory, job.text);
  directory_->discard_stop_file(process_seconds());
  JournalContents contents;
  journal_.emplace(directory_->journal(), &contents);
  for (const Record& record : contents.records) results_.replay(record);
  if (const std::string& holder = directory_->inherited_from(); !holder.empty()) {
    spdlog::warn("{}: taken over from {}, which has not ended cleanly", directory_->path().string(), holder);
    event("takeover", holder);
  }
  if (contents.torn_bytes > 0) {
    spdlog::warn("{}: cut off an unfinished last record of {} bytes", directory_->journal().string(),
                 contents.torn_bytes);
    event("torn", "cut off " + std::to_string(contents.torn_bytes) + " bytes of an unfinished record");
  }
  if (results_.size() > 0) {
    spdlog::info("{}: goes on with {} finished tasks", directory_->path().string(), results_.size());
  }
  event("start", options_.command_line);
}

Run::~Run() {
  if (!directory_) return;
  const double seconds = process_seconds();
  spdlog::info("journal, status and archive took {:.2f} s, {:.2f} % of this start's {:.0f} s",
               keeping_seconds_, 100 * keeping_seconds_ / seconds, seconds);
}

void Run::event(const std::string& kind, const std::string& text) { event({unix_time(), kind, text}); }

void Run::event(const Event& happened) {
  if (journal_) append(Results::encode(happened));
  results_.add(happened);
}

void Run::append(const Record& record) {
  const AddsSeconds span(keeping_seconds_);
  journal_->append(record.type, record.payload);
}

void Run::sync() {
  const AddsSeconds span(keeping_seconds_);
  if (journal_) journal_->sync();
}

void Run::record(const std::string& stage, const Outcome& outcome, bool final_attempt) {
  if (!final_attempt) {
    event("retry", stage + " task " + std::to_string(outcome.id) + ", attempt " +
                       std::to_string(outcome.attempt) + " on rank " + std::to_string(outcome.rank) + " (" +
                       outcome.host + "): " + outcome.output);
    return;
  }
  StageOutcome kept;
  kept.ok = outcome.ok;
  kept.attempt = outcome.attempt;
  kept.rank = outcome.rank;
  kept.host = outcome.host;
  kept.t_start = outcome.t_start;
  kept.t_end = outcome.t_end;
  if (outcome.ok) {
    kept.output = Json::parse(outcome.output);
  } else {
    kept.error = outcome.output;
    spdlog::warn("{} task {} failed on rank {} ({}): {}", stage, outcome.id, outcome.rank, outcome.host,
                 outcome.output);
  }
  keep(stage, outcome.id, std::move(kept));
}

void Run::keep(const std::string& stage, std::uint64_t id, StageOutcome outcome) {
  unwritten_ = true;
  if (stage == "train" || stage == "calibrate") models_.reset();  // they are fitted anew
  if (journal_) append(Results::encode(stage, id, outcome));
  results_.add(stage, id, std::move(outcome));
}

// The files of models, which may have changed since the run's last start, are not part of the job; nor are
// the networks that are tried again.
void Run::begin(const std::string& stage, const std::string& digest) {
  const std::optional<Event> beginning = results_.beginning(stage, digest);
  if (!beginning) return;
  const std::size_t before = results_.stage(stage).size();
  event(*beginning);
  if (results_.stage(stage).size() == before) return;
  unwritten_ = true;
  spdlog::warn("{}: done anew, its {} finished tasks were made with other models", stage, before);
}

bool Run::perform(const Stage& stage) {
  if (!stage.digest.empty()) begin(stage.name, stage.digest);
  const Results::Stage& known = results_.stage(stage.name);
  std::vector<Task> missing;
  std::map<std::uint64_t, double> costs;
  double cost = 0;
  for (const Task& task : stage.tasks) {
    const auto found = known.find(task.id);
    if (found != known.end() && (found->second.ok || !options_.retry_failed)) continue;
    missing.push_back(task);
    costs[task.id] = task.cost;
    cost += task.cost;
  }
  const std::size_t total = stage.tasks.size();
  if (missing.empty()) return true;
  spdlog::info("{}: {} tasks{}", stage.name, missing.size(),
               missing.size() < total ? " (" + std::to_string(total - missing.size()) + " are done)" : "");

  Progress progress(stage.name, missing.size(), cost, options_.quiet);
  StageStatus status(stage.name, total, total - missing.size());
  Stopwatch since_status;
  const auto report_status = [&](const std::string& state, std::size_t running) {
    if (!directory_) return;
    write_status(status.now(state, running, progress.seconds_left(), farm_.signs_of_life()));
    since_status = Stopwatch();
  };
  FarmOptions farm_options;
  farm_options.attempts = job_.farm.attempts;
  farm_options.one_per_host = stage.one_per_host;
  farm_options.stop = [this] { return stop_().has_value(); };
  farm_options.stop_grace_seconds = stop_grace_seconds;
  farm_options.tick = [&](std::size_t running) {
    progress.tick();
    if (directory_) {
      const AddsSeconds span(keeping_seconds_);
      directory_->keep();
      journal_->tick();
    }
    if (since_status.seconds() > status_seconds) report_status("running", running);
  };
  const FarmReport report =
      farm_.run(std::move(missing), executor_, farm_options, [&](const Outcome& outcome) {
        const bool final_attempt = outcome.ok || outcome.attempt >= farm_options.attempts;
        record(stage.name, outcome, final_attempt);
        if (!final_attempt) return;
        status.add(outcome);
        ++tasks_done_;
        outcome.ok ? progress.done(costs[outcome.id]) : progress.failed(costs[outcome.id]);
      });
  sync();
  report_status(report.stopped ? "stopped" : "running", 0);
  if (report.stopped) {
    stop_reason_ = stop_().value_or("request");
    event("stop", stop_reason_);
    sync();
  }
  return !report.stopped;
}

bool Run::train() { return perform(plan_train(job_, space_)); }
bool Run::calibrate() { return perform(plan_calibrate(job_, space_)); }
bool Run::sweep(const std::vector<Constraints>& sets) {
  Stage stage = plan_sweep(job_, space_, models(), sets);
  std::optional<ShardMark> mark;
  if (options_.shard) mark = ShardMark{*options_.shard, models_digest(job_, models(), sets)};
  if (directory_) require_shard(directory_->path(), results_, mark);
  if (mark) {
    if (!shard_mark(results_)) event(to_event(*mark));
    std::erase_if(stage.tasks, [&](const Task& task) { return !mark->shard.holds(task.id); });
  }
  return perform(stage);
}

bool Run::landscape() { return perform(plan_landscape(job_, models())); }

void Run::take_over(MergedSweep sweep) {
  const std::string run = directory_->path().string();
  if (sweep.digest != models_digest(job_, models(), sets()))
    throw Error(ExitCode::bad_data, run + " has other models than the shards were swept with");
  const bool goes_on = std::ranges::any_of(results_.events(), [&](const Event& e) {
    return e.kind == "merge" && e.text.starts_with(sweep.digest);
  });
  if (!goes_on && (!results_.stage("sweep").empty() || shard_mark(results_)))
    throw Error(ExitCode::usage, run + " holds a sweep already; use another directory with -o");
  if (!goes_on) event("merge", sweep.digest + " " + sweep.sources);
  begin("sweep", sweep.digest);
  for (auto& [id, outcome] : sweep.outcomes) {
    if (!results_.stage("sweep").contains(id)) keep("sweep", id, std::move(outcome));
  }
  sync();
}

bool Run::compare() { return perform(plan_compare(job_, models(), sets())); }
bool Run::sweeps() const { return space_.size() <= job_.sweep.max_size; }

std::vector<PredictorFit> Run::predictors() const {
  if (results_.stage("train").empty()) {
    throw Error(ExitCode::missing_input,
                "no network has been trained in this run yet: run `flash train` or `flash run` first");
  }
  return fit_predictors(job_, space_, trained_samples(job_, space_, results_));
}

HardwareFit Run::hardware() const {
  if (results_.stage("calibrate").empty()) {
    throw Error(ExitCode::missing_input,
                "no network has been measured in this run yet: run `flash calibrate` or `flash run` first");
  }
  return fit_hardware(job_, measured_samples(job_, space_, results_));
}

Models Run::models() {
  if (!models_) {
    const bool has_file = !job_.models_file.empty();
    const bool needs_training = !has_file && !job_.objective.training_free;
    OwnFits own;
    if (needs_training || !results_.stage("train").empty()) own.predictors = predictors();
    if (!has_file || !results_.stage("calibrate").empty()) own.hardware = hardware();
    models_ = run_models(job_, own);
  }
  return *models_;
}

std::vector<Constraints> Run::sets() { return constraint_sets(job_, space_, models()); }

std::vector<SweepSummary> Run::sweep_summaries(const std::vector<Constraints>& sets) const {
  std::vector<SweepSummary> summaries;
  const auto merged = merged_sweeps(job_, space_, results_, sets);
  for (std::size_t set = 0; set < sets.size(); ++set) {
    if (merged[set]) summaries.push_back({sets[set], *merged[set]});
  }
  return summaries;
}

Landscape Run::landscape_results() { return flash::landscape(job_, models(), results_); }

// Every two seconds: the ranks must not wait for a busy disk each time.
void Run::write_status(const Status& status) {
  const AddsSeconds span(keeping_seconds_);
  directory_->write(directory_->status(), to_json(status).dump(2) + "\n", Durability::unsynced);
}

void Run::write_status(const std::string& state) {
  Status status;
  status.state = state;
  status.tasks = status.done = results_.size();
  status.time = unix_time();
  write_status(status);
}

ArchiveContents Run::finish() {
  event("finish", "all stages are done");
  ArchiveContents contents = write();
  if (directory_) write_status("finished");
  return contents;
}

void Run::save() {
  if (unwritten_) write();
}

ArchiveContents Run::write() {
  unwritten_ = false;
  ArchiveSource source{.job = job_, .space = space_, .results = results_};
  source.trained = trained_samples(job_, space_, results_);
  source.measured = measured_samples(job_, space_, results_);
  // A stopped run has what it has: a fit that cannot be made yet is left out.
  try {
    source.predictors = predictors();
  } catch (const Error&) {
  }
  try {
    source.hardware = hardware();
  } catch (const Error&) {
  }
  try {
    source.models = models();
    source.sets = sets();
  } catch (const Error&) {
  }
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
  }
  write_status(stop_reason_.empty() ? "idle" : "stopped");
  return contents;
}

}  // namespace flash
