// The stages of a run as deterministic lists of tasks: made anew at every start, so that resuming is skipping
// what the journal already answers.
#pragma once

#include <string>
#include <vector>

#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/search/models.hpp"
#include "flash/task/task_inputs.hpp"

namespace flash {

// A stage of one run, planned.
struct StagePlan {
  std::string name;  // of one of stages()
  std::vector<StageTask> tasks;
  std::vector<TaskInput> inputs;
  bool one_per_host = false;
};
// Of all that the stage's results depend on, and of which results it asks for.
std::string digest(const StagePlan& plan);

// The networks of a stage; the first `fit` of them for the fit, the others held out.
struct NetworkPlan {
  std::vector<NetworkId> ids;
  std::size_t fit = 0;
  bool holdout(std::size_t index) const { return index >= fit; }
};
NetworkPlan networks_to_train(const Job& job, const Space& space);
// Of a target that lists its networks: all of these, in an order of the seed's own.
NetworkPlan networks_to_measure(const Job& job, const Space& space);
// The networks that one would measure on any target, for a table that is still to be made.
NetworkPlan networks_to_list(const Job& job, const Space& space);
// hardware.holdout further networks of these that are not in `pool`, which other devices measure; fewer where the space
// has no more.
std::vector<NetworkId> networks_held_out(const Job& job, const Space& space,
                                         const std::vector<NetworkId>& pool);

// One search of the comparison.
struct SearchRun {
  std::string method;
  std::size_t set = 0;     // index of the constraint set
  std::uint64_t seed = 0;  // 0 .. seeds-1; what the method gets is derived from the job's
};
// Method `exhaustive` takes part only where the job names it: the sweep is the same on all ranks, and in a
// large space this one takes a core minutes under each constraint set.
std::vector<SearchRun> search_runs(const Job& job, const std::vector<Constraints>& sets);

// The seed of a network's task in stage "train" or "calibrate"; of a search.
std::uint64_t network_seed(const Job& job, const std::string& stage, NetworkId network);
std::uint64_t search_seed(const Job& job, const SearchRun& run);

// What the training of a job costs: multiply-accumulates of all forward and backward passes (3 per forward
// MAC), for so many training images and such as judge (Data::judges).
double training_macs(const Job& job, const Space& space, std::size_t train_images,
                     std::size_t judging_images);

}  // namespace flash
