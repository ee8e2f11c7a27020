#include "flash/job/run.hpp"

#include <algorithm>
#include <exception>
#include <set>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
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

// What was asked for cannot be: images that are gone, damaged or others, a device that is not there. That is
// no failure of a network, and the same for the next one.
void refuse_failed_input(const std::string& stage, const Outcome& outcome) {
  const auto code = static_cast<ExitCode>(outcome.code);
  if (outcome.ok ||
      (code != ExitCode::bad_data && code != ExitCode::missing_input && code != ExitCode::bad_job))
    return;
  throw Error(code, stage + " task " + std::to_string(outcome.id) + " on rank " +
                        std::to_string(outcome.rank) + " (" + outcome.host + "): " + outcome.output +
                        "; what is done is kept: once that is mended, the same command goes on");
}

}  // namespace

Run::Run(const Job& job, Farm& farm, Executor executor, RunOptions options)
    : job_(job),
      space_(job.space),
      farm_(farm),
      executor_(std::move(executor)),
      options_(std::move(options)),
      findings_(job_, space_, results_),
      stop_(stop_condition(options_, tasks_done_)) {
  if (options_.directory) resume();
}

Run::~Run() {
  if (!directory_) return;
  if (std::uncaught_exceptions() > 0 && !finished_) {  // what fails after that is the telling alone
    try {
      write_status("failed");
    } catch (const std::exception&) {  // the reason is on its way already
    }
  }
  const double seconds = process_seconds();
  log_info("journal, status and archive took {:.2f} s, {:.2f} % of this start's {:.0f} s", keeping_seconds_,
           100 * keeping_seconds_ / seconds, seconds);
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

bool Run::record(const std::string& stage, const StageTask& task, const Outcome& outcome,
                 bool final_attempt) {
  if (!final_attempt) {
    event("retry", stage + " task " + std::to_string(outcome.id) + ", attempt " +
                       std::to_string(outcome.attempt) + " on rank " + std::to_string(outcome.rank) + " (" +
                       outcome.host + "): " + outcome.output);
    return false;
  }
  refuse_failed_input(stage, outcome);
  StageOutcome kept;
  kept.ok = outcome.ok;
  kept.attempt = outcome.attempt;
  kept.rank = outcome.rank;
  kept.host = outcome.host;
  kept.t_start = outcome.t_start;
  kept.t_end = outcome.t_end;
  kept.inputs = task.inputs;
  if (outcome.ok) kept.output = Json::parse(outcome.output);
  if (outcome.ok && stage == "train") {  // a network that diverged has a curve, and no accuracy
    const TrainingResult result = training_result_from_json(kept.output);
    kept.ok = result.ok;
    kept.error = result.failure;
  } else if (!outcome.ok) {
    kept.error = outcome.output;
  }
  if (!kept.ok)
    log_warning("{} task {} failed on rank {} ({}): {}", stage, outcome.id, outcome.rank, outcome.host,
                kept.error);
  const bool ok = kept.ok;
  keep(stage, outcome.id, std::move(kept));
  return ok;
}

void Run::keep(const std::string& stage, std::uint64_t id, StageOutcome outcome) {
  unwritten_ = true;
  if (stage == "train" || stage == "calibrate") findings_.forget_samples();
  if (journal_) append(Results::encode(stage, id, outcome));
  results_.add(stage, id, std::move(outcome));
}

// Of a task that is done the journal has the result on the disk before its checkpoint goes.
std::filesystem::path Run::checkpoint(const StageTask& task) const {
  return directory_->checkpoints() / task.inputs;
}

Task Run::dispatched(const StageTask& task, const std::string& stage) const {
  if (stage != "train" || !directory_) return task;
  Json input = Json::parse(task.input);
  input["checkpoint"] = {{"file", std::filesystem::absolute(checkpoint(task)).string()},
                         {"key", task.inputs},
                         {"every_s", job_.farm.checkpoint_s}};
  return {task.id, task.cost, input.dump()};
}

void Run::discard_checkpoints(const Stage& stage) const {
  if (stage.name != "train" || !directory_) return;
  std::set<std::filesystem::path> wanted;
  for (const StageTask& task : stage.tasks) {
    if (!results_.stage(stage.name).contains(task.id)) wanted.insert(checkpoint(task));
  }
  std::error_code ignored;
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(directory_->checkpoints(), ignored)) {
    if (!wanted.contains(entry.path())) old.push_back(entry.path());
  }
  for (const std::filesystem::path& file : old) std::filesystem::remove(file, ignored);
  std::filesystem::remove(directory_->checkpoints(), ignored);  // where it is empty
}

bool Run::perform(const Stage& stage) {
  begin(stage);
  discard_checkpoints(stage);
  const Results::Stage& known = results_.stage(stage.name);
  std::vector<Task> missing;
  std::map<std::uint64_t, const StageTask*> tasks;
  double cost = 0;
  std::size_t failed_before = 0;
  for (const StageTask& task : stage.tasks) {
    const auto found = known.find(task.id);
    if (found != known.end() && (found->second.ok || !options_.retry_failed)) {
      failed_before += !found->second.ok;
      continue;
    }
    missing.push_back(dispatched(task, stage.name));
    tasks[task.id] = &task;
    cost += task.cost;
  }
  const std::size_t total = stage.tasks.size();
  const std::size_t done_before = total - missing.size() - failed_before;
  if (failed_before > 0)
    log_warning(
        "{}: {} tasks failed in an earlier start; once the reason is mended, --retry-failed tries "
        "them again",
        stage.name, failed_before);
  if (missing.empty()) return true;
  log_info("{}: {} tasks{}", stage.name, missing.size(),
           done_before > 0 ? " (" + std::to_string(done_before) + " are done)" : "");

  Progress progress(stage.name, missing.size(), cost, options_.quiet);
  StageStatus status(stage.name, total, done_before, failed_before);
  Stopwatch since_status;
  const auto report_status = [&](const std::string& state, std::size_t running) {
    if (!directory_) return;
    Status current = status.now(state, running, progress.seconds_left(), farm_.signs_of_life());
    current.stages = stage_counts(state != "running");
    write_status(current);
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
        const StageTask& task = *tasks.at(outcome.id);
        const bool ok = record(stage.name, task, outcome, final_attempt);
        if (!final_attempt) return;
        status.add(outcome, ok);
        ++tasks_done_;
        ok ? progress.done(task.cost) : progress.failed(task.cost);
      });
  sync();
  discard_checkpoints(stage);
  report_status(report.stopped ? "stopped" : "running", 0);
  if (report.stopped) {
    stop_reason_ = stop_().value_or("request");
    event("stop", stop_reason_);
    sync();
  }
  return !report.stopped;
}

bool Run::train() { return perform(plan_train(job_, space_, findings_.to_train())); }

bool Run::calibrate() { return perform(plan_calibrate(job_, space_, findings_.to_measure())); }

ShardMark Run::shard_mark_now() {
  return {*options_.shard, digest(plan_sweep(job_, space_, findings_.models(), findings_.sets()))};
}

bool Run::sweep(const std::vector<Constraints>& sets) {
  Stage stage = plan_sweep(job_, space_, findings_.models(), sets);
  std::optional<ShardMark> mark;
  if (options_.shard) mark = shard_mark_now();
  if (directory_) require_shard(directory_->path(), results_, mark);
  if (mark) {
    if (!shard_mark(results_)) event(to_event(*mark));
    std::erase_if(stage.tasks, [&](const StageTask& task) { return !mark->shard.holds(task.id); });
  }
  return perform(stage);
}

// What an earlier start asked for stays where this one does not.
bool Run::landscape() {
  if (!job_.sweep.histograms && !job_.sweep.pareto) return true;
  Stage stage = plan_landscape(job_, findings_.models());
  begin(stage);
  std::erase_if(stage.tasks, [&](const StageTask& task) {
    return !asks_for_landscape(job_, task.id) && !results_.stage(stage.name).contains(task.id);
  });
  return perform(stage);
}

void Run::take_over(MergedSweep sweep) {
  const std::string run = directory_->path().string();
  const Stage stage = plan_sweep(job_, space_, findings_.models(), findings_.sets());
  if (sweep.digest != digest(stage))
    throw Error(ExitCode::bad_data, run + " has other models than the shards were swept with");
  const bool goes_on = std::ranges::any_of(results_.events(), [&](const Event& e) {
    return e.kind == "merge" && e.text.starts_with(sweep.digest);
  });
  if (!goes_on && (!results_.stage("sweep").empty() || shard_mark(results_)))
    throw Error(ExitCode::usage, run + " holds a sweep already; use another directory with -o");
  if (!goes_on) event("merge", sweep.digest + " " + sweep.sources);
  begin(stage);
  for (auto& [id, outcome] : sweep.outcomes) {
    if (!results_.stage("sweep").contains(id)) keep("sweep", id, std::move(outcome));
  }
  sync();
}

bool Run::compare() { return perform(plan_compare(job_, findings_.models(), findings_.sets())); }
bool Run::sweeps() const { return space_.size() <= job_.sweep.max_size; }

bool Run::trains() {
  const Results::Stage& known = results_.stage("train");
  return std::ranges::any_of(findings_.to_train().ids,
                             [&](std::uint64_t id) { return options_.retry_failed || !known.contains(id); });
}

std::size_t Run::done(const std::string& stage) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(results_.stage(stage), [](const auto& outcome) { return outcome.second.ok; }));
}

std::string Run::failures(const std::string& stage) {
  std::size_t failed = 0, all = 0;
  std::string first;
  const auto count = [&](bool good, const std::string& why) {
    ++all;
    failed += !good;
    if (!good && first.empty()) first = why;
  };
  const bool train = stage == "train", networks = train || stage == "calibrate";
  if (train) {
    for (const TrainedSample& sample : findings_.trained())
      if (sample.outcome) count(sample.good, sample.failure);
  } else if (networks) {
    for (const MeasuredSample& sample : findings_.measured())
      if (sample.outcome) count(sample.good, sample.failure);
  } else {
    for (const auto& [id, outcome] : results_.stage(stage)) count(outcome.ok, outcome.error);
  }
  if (networks ? failed < all || all == 0 : failed == 0) return "";
  return stage + ": " + std::to_string(failed) + " of " + std::to_string(all) +
         (networks ? " networks" : " tasks") + " failed, the first because: " + first;
}

}  // namespace flash
