#include "flash/run/run.hpp"

#include <algorithm>
#include <exception>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/log/log.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

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
      findings_(job_, space_, results_),
      stop_(stop_condition(options_, tasks_done_)) {
  findings_.watch_fits([this](std::size_t done, std::size_t all) { watch_fits(done, all); });
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

void Run::watch_fits(std::size_t done, std::size_t all) {
  constexpr double long_seconds = 1;  // less is made to its end, so that the archive has it
  if (done == 0)
    fits_.emplace("fit", all, static_cast<double>(all), options_.quiet);
  else
    fits_->done(1);
  const bool is_long = done < all && fits_->seconds() > long_seconds;
  const std::optional<std::string> stop = is_long ? stop_() : std::nullopt;
  if (done == all || stop) fits_.reset();
  if (!stop) return;
  stop_reason_ = *stop;
  event("stop", stop_reason_);
  sync();
  if (directory_) write_status("stopped");
  throw FitsStopped();
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

void Run::keep(const Stage& stage, TaskId id, StageOutcome outcome) {
  const std::string name(stage.name());
  unwritten_ = true;
  if (fits_rest_on(stage)) findings_.forget_samples(stage.name());
  if (journal_) append(Results::encode(name, id, outcome));
  results_.add(name, id, std::move(outcome));
}

void Run::take_over(MergedSweep sweep) {
  const std::string run = directory_->path().string();
  const Stage& stage = stage_named("sweep");
  const StagePlan plan = stage.plan(findings_);
  if (sweep.digest != digest(plan))
    throw Error(ExitCode::bad_data, run + " has other models than the shards were swept with");
  const bool goes_on = std::ranges::any_of(results_.events(), [&](const Event& e) {
    return e.kind == "merge" && e.text.starts_with(sweep.digest);
  });
  if (!goes_on && (!results_.stage(plan.name).empty() || shard_mark(results_)))
    throw Error(ExitCode::usage, run + " holds a sweep already; use another directory with -o");
  if (!goes_on) event("merge", sweep.digest + " " + sweep.sources);
  begin(stage, plan);
  for (auto& [id, outcome] : sweep.outcomes) {
    if (!results_.stage(plan.name).contains(id)) keep(stage, id, std::move(outcome));
  }
  sync();
}

bool Run::trains() {
  const Results::Stage& known = results_.stage("train");
  return std::ranges::any_of(findings_.to_train().ids,
                             [&](NetworkId id) { return options_.retry_failed || !known.contains(id); });
}

std::size_t Run::networks_done() const {
  std::size_t count = 0;
  for (const Stage* stage : stages())
    if (fits_rest_on(*stage))
      for (const auto& [id, outcome] : results_.stage(std::string(stage->name()))) count += outcome.ok;
  return count;
}

std::string Run::failures(const Stage& stage) {
  const std::string name(stage.name());
  const Results::Stage& outcomes = results_.stage(name);
  std::size_t failed = 0, all = 0;
  std::string first;
  const auto count = [&](StageOutcome outcome) {
    if (outcome.ok) stage.judge(outcome);
    ++all;
    failed += !outcome.ok;
    if (!outcome.ok && first.empty()) first = outcome.error;
  };
  const bool networks = stage.of_networks();
  if (networks) {  // the first is that of the plan
    for (const StageTask& task : stage.plan(findings_).tasks)
      if (const auto found = outcomes.find(task.id); found != outcomes.end()) count(found->second);
  } else {
    for (const auto& [id, outcome] : outcomes) count(outcome);
  }
  if (networks ? failed < all || all == 0 : failed == 0) return "";
  return name + ": " + std::to_string(failed) + " of " + std::to_string(all) +
         (networks ? " networks" : " tasks") + " failed, the first because: " + first;
}

}  // namespace flash
