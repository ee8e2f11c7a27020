// The members of Run that perform a stage: its tasks handed out, their results kept.
#include <algorithm>
#include <set>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/log/log.hpp"
#include "flash/run/progress.hpp"
#include "flash/run/run.hpp"
#include "flash/run/status.hpp"
#include "flash/space/network_text.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

constexpr double status_seconds = 2;

// What was asked for cannot be: images that are gone, damaged or others, a device that is not there. That is
// no failure of a network, and the same for the next one.
// Nor is a folder that cannot be written, to a task that is to write there.
void refuse_failed_input(const Stage& stage, const std::string& task, const Outcome& outcome) {
  const auto code = static_cast<ExitCode>(outcome.code);
  const bool input =
      code == ExitCode::bad_data || code == ExitCode::missing_input || code == ExitCode::bad_job;
  if (outcome.ok || !(input || (stage.writes_networks() && code == ExitCode::io))) return;
  throw Error(code, std::string(stage.name()) + " task " + task + " on rank " + std::to_string(outcome.rank) +
                        " (" + outcome.host + "): " + outcome.output +
                        "; what is done is kept: once that is mended, the same command goes on");
}

// The numbers that the farm has for a stage's tasks: their own, or, where one has more than 64 bits, their places.
std::vector<std::uint64_t> farm_ids(const StagePlan& plan) {
  const bool own = std::ranges::all_of(plan.tasks, [](const StageTask& task) { return task.id >> 64 == 0; });
  std::vector<std::uint64_t> ids;
  for (const StageTask& task : plan.tasks)
    ids.push_back(own ? static_cast<std::uint64_t>(task.id) : ids.size());
  return ids;
}

}  // namespace

// "17"; of a network that has no number for people its words.
std::string Run::in_words(const StageTask& task) const {
  if (space_.numbered()) return id_text(task.id);
  const Json input = Json::parse(task.input);
  if (!input.contains("id") || !input.contains("space"))
    return id_text(task.id);  // of no network of the space
  return network_name(space_, id_from_json(input["id"]));
}

bool Run::record(const Stage& stage, const StageTask& task, const Outcome& outcome, bool final_attempt) {
  const std::string name(stage.name());
  if (!final_attempt) {
    event("retry", name + " task " + in_words(task) + ", attempt " + std::to_string(outcome.attempt) +
                       " on rank " + std::to_string(outcome.rank) + " (" + outcome.host +
                       "): " + outcome.output);
    return false;
  }
  refuse_failed_input(stage, in_words(task), outcome);
  StageOutcome kept;
  kept.ok = outcome.ok;
  kept.attempt = outcome.attempt;
  kept.rank = outcome.rank;
  kept.host = outcome.host;
  kept.t_start = outcome.t_start;
  kept.t_end = outcome.t_end;
  kept.inputs = task.inputs;
  if (outcome.ok) kept.output = Json::parse(outcome.output);
  if (outcome.ok)
    stage.judge(kept);
  else
    kept.error = outcome.output;
  if (!kept.ok)
    log_warning("{} task {} failed on rank {} ({}): {}", name, in_words(task), outcome.rank, outcome.host,
                kept.error);
  const bool ok = kept.ok;
  keep(stage, task.id, std::move(kept));
  return ok;
}

// Of a task that is done the journal has the result on the disk before its checkpoint goes.
std::filesystem::path Run::checkpoint(const Stage& stage, const StageTask& task) const {
  return directory_->checkpoints() / (std::string(stage.checkpoint_name()) + "-" + task.inputs);
}

Task Run::dispatched(const Stage& stage, const StageTask& task, std::uint64_t farm_id) const {
  if (!stage.keeps_checkpoints() || !directory_) return {farm_id, task.cost, task.input};
  Json input = Json::parse(task.input);
  input["checkpoint"] = {{"file", std::filesystem::absolute(checkpoint(stage, task)).string()},
                         {"key", task.inputs},
                         {"every_s", job_.farm.checkpoint_s},
                         {"last", stage.hands_on(job_, task.id)}};
  if (stage.writes_networks()) input["folder"] = std::filesystem::absolute(directory_->networks()).string();
  return {farm_id, task.cost, input.dump()};
}

void Run::discard_checkpoints(const Stage& stage, const StagePlan& plan) const {
  if (!stage.keeps_checkpoints() || !directory_) return;
  std::set<std::filesystem::path> wanted;
  for (const StageTask& task : plan.tasks) {
    if (!results_.stage(plan.name).contains(task.id) || stage.hands_on(job_, task.id))
      wanted.insert(checkpoint(stage, task));
  }
  std::error_code ignored;
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(directory_->checkpoints(), ignored)) {
    const bool own = entry.path().filename().string().starts_with(std::string(stage.checkpoint_name()) + "-");
    if (own && !wanted.contains(entry.path())) old.push_back(entry.path());
  }
  for (const std::filesystem::path& file : old) std::filesystem::remove(file, ignored);
  std::filesystem::remove(directory_->checkpoints(), ignored);  // where it is empty
}

// Files that a task has written are a part of its result.
bool Run::holds(const Stage& stage, const StageOutcome& outcome) const {
  if (!stage.writes_networks() || !outcome.ok) return true;
  std::error_code ignored;
  for (const Json& file : outcome.output.at("files"))
    if (!std::filesystem::exists(directory_->networks() / file.get<std::string>(), ignored)) return false;
  return true;
}

void Run::say_trained_again(const Stage& stage, const StagePlan& plan,
                            const std::map<std::uint64_t, const StageTask*>& missing) const {
  std::size_t count = 0;
  std::error_code ignored;
  for (const auto& [id, task] : missing) count += !std::filesystem::exists(checkpoint(stage, *task), ignored);
  if (count > 0)
    log_info("{}: {} of {} networks are trained again: their weights are not there", plan.name, count,
             missing.size());
}

// What an earlier start asked for stays where this one does not.
bool Run::perform(const Stage& stage) {
  if (!stage.asked(job_) || (stage.writes_networks() && !directory_)) return true;
  if (!fits_rest_on(stage)) {
    require_made_anew();
    require_refined();
  }
  for (std::size_t before = 0;;) {
    StagePlan plan = stage.plan(findings_);
    if (stage.divides()) take_shard(plan);
    begin(stage, plan);
    std::erase_if(plan.tasks, [&](const StageTask& task) {
      return !stage.asks_for(job_, task.id) && !results_.stage(plan.name).contains(task.id);
    });
    if (!run_tasks(stage, plan, before == 0)) return false;
    if (!stage.grows() || plan.tasks.size() == before) return true;
    before = plan.tasks.size();
  }
}

// Of a shard its own part of the tasks alone.
void Run::take_shard(StagePlan& plan) {
  std::optional<ShardMark> mark;
  if (options_.shard) mark = ShardMark{*options_.shard, digest(plan)};
  if (directory_) require_shard(directory_->path(), results_, mark);
  if (!mark) return;
  if (!shard_mark(results_)) event(to_event(*mark));
  std::erase_if(plan.tasks, [&](const StageTask& task) { return !mark->shard.holds(task.id); });
}

bool Run::run_tasks(const Stage& stage, const StagePlan& plan, bool first) {
  discard_checkpoints(stage, plan);
  const Results::Stage& known = results_.stage(plan.name);
  std::vector<Task> missing;
  std::map<std::uint64_t, const StageTask*> tasks;
  double cost = 0;
  std::size_t failed_before = 0;
  const std::vector<std::uint64_t> ids = farm_ids(plan);
  for (std::size_t place = 0; place < ids.size(); ++place) {
    const StageTask& task = plan.tasks[place];
    const auto found = known.find(task.id);
    if (found != known.end() && (found->second.ok || !options_.retry_failed) && holds(stage, found->second)) {
      failed_before += !found->second.ok;
      continue;
    }
    missing.push_back(dispatched(stage, task, ids[place]));
    tasks[ids[place]] = &task;
    cost += task.cost;
  }
  const std::size_t total = plan.tasks.size();
  const std::size_t done_before = total - missing.size() - failed_before;
  if (first && failed_before > 0)
    log_warning(
        "{}: {} tasks failed in an earlier start; once the reason is mended, --retry-failed tries "
        "them again",
        plan.name, failed_before);
  if (missing.empty()) return true;
  if (stage.checkpoint_name() != stage.name()) say_trained_again(stage, plan, tasks);
  log_info("{}: {} tasks{}", plan.name, missing.size(),
           done_before > 0 ? " (" + std::to_string(done_before) + " are done)" : "");

  Progress progress(plan.name, missing.size(), cost, options_.quiet);
  StageStatus status(plan.name, total, done_before, failed_before);
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
  farm_options.one_per_host = plan.one_per_host;
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
        const bool ok = record(stage, task, outcome, final_attempt);
        if (!final_attempt) return;
        status.add(outcome, ok);
        ++tasks_done_;
        ok ? progress.done(task.cost) : progress.failed(task.cost);
      });
  sync();
  discard_checkpoints(stage, plan);
  report_status(report.stopped ? "stopped" : "running", 0);
  if (report.stopped) {
    stop_reason_ = stop_().value_or("request");
    event("stop", stop_reason_);
    sync();
  }
  return !report.stopped;
}

}  // namespace flash
