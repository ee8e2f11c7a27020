// A stage of a run: tasks that are planned from a job and from what the stages before it found. A stage is one
// file in src/stage, and one line in stages.inc.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/archive/table.hpp"
#include "flash/findings/findings.hpp"
#include "flash/findings/plan.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/search/evaluator.hpp"

namespace flash {

// What a run of a job will have, before it starts.
struct Forecast {
  const Job& job;
  const Space& space;
  const Evaluator& evaluator;  // of models such as the run will fit, without constraints
  const std::vector<Constraints>& sets;
};

// What a report tells beyond the usual.
struct ReportOptions {
  bool quartiles = false;  // of the comparison, beside its medians
};

class Stage {
 public:
  virtual ~Stage() = default;
  virtual std::string_view name() const = 0;  // "train": in journal, archive, status and messages
  virtual std::string_view words()
      const = 0;  // what its tasks are, for people: "measurements of outliers once more"

  // All tasks, and what their results are made from; digest() of it is never empty. Throws as Findings where
  // a stage before it lacks something.
  virtual StagePlan plan(Findings& findings) const = 0;

  // --- What its results are

  // Networks are trained or measured. A few may fail, but not all; results are not to be had again, so that
  // they are kept even where superseded; the fits rest on them. Other stages evaluate with the fitted models:
  // no task of theirs fails, and their results fall with the models.
  virtual bool of_networks() const { return false; }
  // Of a stage of networks: which these are, the models say. Then no fit rests on its results.
  virtual bool rests_on_models() const { return false; }
  // Whether a task that ended well has a result to be used: else says why not.
  virtual void judge(StageOutcome&) const {}

  // --- How a run performs it

  virtual bool asked(const Job&) const { return true; }             // whether the job wants any of it
  virtual bool asks_for(const Job&, TaskId) const { return true; }  // and whether this task
  // Why `flash run` leaves it out, as a sentence; "": it does not.
  virtual std::string left_out(const Job&, const Space&) const { return ""; }
  // Throws where `flash run` need not go on after it.
  virtual void conclude(Findings&) const {}
  virtual bool grows() const { return false; }              // once its tasks are done, its plan may have more
  virtual bool keeps_checkpoints() const { return false; }  // its tasks go on where a stop cut them short
  virtual std::string_view checkpoint_name() const {
    return name();
  }  // of the stage whose checkpoints these are
  // Whether the training's last checkpoint is for a later stage, which then does not train again.
  virtual bool hands_on(const Job&, TaskId) const { return false; }
  // Whether its tasks write files into RUN/networks, which their output names in "files".
  virtual bool writes_networks() const { return false; }
  virtual bool divides() const { return false; }  // into shards, each a run of its own

  // What it has to say at the end of a report, by the archive alone: whole lines of at most 100 columns, or "".
  virtual std::string report(const ArchiveContents&, const ReportOptions&) const { return ""; }

  // --- What it costs

  virtual std::size_t tasks(const Forecast& forecast) const = 0;
};

// The one list, in the order in which a run has them.
std::span<const Stage* const> stages();
const Stage& stage_named(std::string_view name);  // throws Error internal where none is called so
bool is_of_networks(std::string_view stage);      // false too where none is called so
bool fits_rest_on(const Stage& stage);            // of networks, which no model has chosen

// Why `flash run` searches nothing, as a phrase: there are fewer networks than a fit needs; "": it does. Of the stages it
// then has those that compress alone.
std::string nothing_to_search(const Job& job, const Space& space);
bool performs(const Stage& stage, const Job& job, const Space& space);  // one of those stages
void require_stages(const Job& job, const Space& space);  // throws Error bad_job where there are none

}  // namespace flash
