// A run on rank 0: the stages one after the other, every outcome journalled before it counts.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flash/archive/run_directory.hpp"
#include "flash/archive/table.hpp"
#include "flash/core/error.hpp"
#include "flash/farm/farm.hpp"
#include "flash/findings/findings.hpp"
#include "flash/findings/job_record.hpp"
#include "flash/findings/plan.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/images.hpp"
#include "flash/job/job.hpp"
#include "flash/run/progress.hpp"
#include "flash/run/shards.hpp"
#include "flash/run/stop.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/stage/landscape.hpp"
#include "flash/stage/stage.hpp"

namespace flash {

struct Status;  // status.hpp

struct RunOptions {
  std::optional<std::filesystem::path> directory;  // none: nothing is kept
  double deadline_s = 0;                           // stop that long from now; 0: never
  std::size_t max_tasks = 0;   // stop once so many tasks have finished in this start; 0: never
  bool retry_failed = false;   // tasks that failed for good in an earlier start are tried again
  bool again = false;          // goes on even where none of the run's trainings and measurements holds
  bool quiet = false;          // no progress
  std::optional<Shard> shard;  // sweep this shard alone
  std::string command_line;
  KnownImages images;  // of the job, to be remembered
};

// A whole sweep under one constraint set.
struct SweepSummary {
  Constraints constraints;
  BlockResult result;
};

// A stop came between two of many fits. What is finished is kept; the archive is the next start's to write.
struct FitsStopped : Error {
  FitsStopped() : Error(ExitCode::stopped, "stopped between two fits") {}
};

// A run directory grows: what of its results was made from inputs that the job still has is kept, whatever
// else has changed in the job; the rest is superseded and made anew, and one line a stage says so.
class Run {
 public:
  // job's input is resolved. Opens or resumes the run directory. Throws as RunDirectory and Journal; Error
  // usage where the run holds trainings or measurements and none of them was made from this job's inputs.
  Run(const Job& job, Farm& farm, Executor executor, RunOptions options);
  ~Run();

  // Performs what is still missing of the stage. False where a stop came in between: what is finished is
  // kept. Throws Error bad_data before a stage that evaluates where require_made_anew would; like all that needs
  // fits FitsStopped.
  bool perform(const Stage& stage);

  // Journals a sweep that shards have made as this run's own. Throws Error bad_data where they used other
  // models than this run has; usage where it holds a sweep already, unless it is this one.
  void take_over(MergedSweep sweep);

  // What is to be said of the images: the archive's reports say it as well, however much later.
  void note_images(const std::vector<std::string>& warnings);
  // Throws Error bad_data where trainings or measurements were made from inputs that have changed since and
  // are still to be made anew: an answer that rests on what is left is none.
  void require_made_anew() const;

  // Throws Error bad_data where the job asks for rounds of refinement that are not done, or were made for another
  // question: the models would be others than those of the run.
  void require_refined();

  Findings& findings() { return findings_; }
  bool trains();  // whether a network is still to be trained
  // Why a stage has nothing to show though nothing is left to do: where none of its networks
  // can be used, where any task of another stage failed. "": it has.
  std::string failures(const Stage& stage);

  // The sweep of each set, merged; sets that are not swept wholly are left out.
  std::vector<SweepSummary> sweep_summaries(const std::vector<Constraints>& sets) const;
  // Wall clock in which at least one block of the sweep was worked on, in all starts [s].
  double sweep_seconds() const;

  Landscape landscape_results();  // what is done of them

  // As write, where this start has results that are not written yet: a restart need not wait for that.
  void save();
  // Writes archive and models.json into the run directory, if there is one; returns the archive's contents.
  ArchiveContents write();
  ArchiveContents finish();  // the same, and says in status.json that nothing is left to do
  std::string stop_reason() const { return stop_reason_; }
  const Space& space() const { return space_; }

 private:
  void resume();
  void watch_fits(std::size_t done, std::size_t all);  // throws FitsStopped
  std::size_t networks_done() const;  // trainings and measurements that count, failed ones not counted
  void require_same_run(const JobRecord& before, const JobRecord& now, std::size_t good_before) const;
  void report(const StagePlan& plan, const Results::Selection& selection);
  void begin(const Stage& stage, const StagePlan& plan);
  void take_shard(StagePlan& plan);
  bool run_tasks(const Stage& stage, const StagePlan& plan, bool first);
  bool holds(const Stage& stage, const StageOutcome& outcome) const;
  void say_trained_again(const Stage& stage, const StagePlan& plan,
                         const std::map<std::uint64_t, const StageTask*>& missing) const;
  Task dispatched(const Stage& stage, const StageTask& task, std::uint64_t farm_id) const;
  std::string in_words(const StageTask& task) const;
  std::filesystem::path checkpoint(const Stage& stage, const StageTask& task) const;
  void discard_checkpoints(const Stage& stage, const StagePlan& plan) const;
  ShardMark shard_mark_now();
  void select_evaluations();
  Json stage_counts(bool ended) const;  // see Status::stages
  void write_status(const Status& status);
  void write_status(const std::string& state);  // between stages
  // Whether the task is done, and not failed.
  bool record(const Stage& stage, const StageTask& task, const Outcome& outcome, bool final_attempt);
  void keep(const Stage& stage, TaskId id, StageOutcome outcome);
  void event(const std::string& kind, const std::string& text);
  void event(const Event& happened);
  void append(const Record& record);
  void sync();

  Job job_;
  Space space_;
  Farm& farm_;
  Executor executor_;
  RunOptions options_;
  std::optional<RunDirectory> directory_;
  std::optional<Journal> journal_;
  Results results_;
  Findings findings_;
  bool finished_ = false;
  std::set<std::string> selected_;            // stages of which this start knows what counts
  std::map<std::string, std::size_t> stale_;  // trainings, measurements that are to be made anew
  bool refined_for_another_ = false;          // question: some of its rounds are no longer asked for
  std::map<std::string, Results::Selection> unreported_;  // of stages that have not been begun since
  std::size_t tasks_done_ = 0;                            // in this start
  std::optional<Progress> fits_;                          // while there are several to be made
  StopCondition stop_;
  std::string stop_reason_;
  bool unwritten_ = false;
  double keeping_seconds_ = 0;  // what it took to keep things, in this start
};

}  // namespace flash
