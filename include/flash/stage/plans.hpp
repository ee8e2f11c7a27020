// The plans of single stages, for whoever has what they are made from without a run.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "flash/findings/plan.hpp"
#include "flash/job/job.hpp"
#include "flash/search/models.hpp"
#include "flash/task/compression.hpp"

namespace flash {

// Task id: the network's; `networks` as networks_to_train has them.
StagePlan plan_train(const Job& job, const Space& space, const NetworkPlan& networks);

// Some networks measured on the job's target; those that were found also on the devices beside it, and as
// Target::task_of_found has them. Task id: the network's.
StagePlan plan_measurements(const Job& job, const Space& space, std::string_view stage,
                            const std::vector<NetworkId>& networks, bool found = false);

// A network that is trained and compressed. Task id: `task`.
struct CompressionOrder {
  TaskId task = 0;
  SpaceDefinition space;
  NetworkId id = 0;
  std::uint64_t seed = 0;
  CompressionSettings how;
  std::string name;            // of the network, for people
  int k = 0;                   // which of its trainings
  std::string stem;            // its file, in RUN/networks, begins with it and ends with digits of all inputs
  Json joint = nullptr;        // what a search over compression asks of it; null: nothing
  Json told = Json::object();  // added to that, and no input
};
StagePlan plan_compressions(const Job& job, std::string_view stage,
                            const std::vector<CompressionOrder>& orders);
// Stage::judge of a stage that compresses: a network that diverged has a history, and no file.
void judge_compression(StageOutcome& outcome);
// Where a compression that ends at chance is a result too: it lost all.
void judge_loss(StageOutcome& outcome);

// One task a block and constraint set; id: set * blocks + block.
StagePlan plan_sweep(const Job& job, const Space& space, const Models& models,
                     const std::vector<Constraints>& sets);

// Tasks of all histograms and fronts, whether or not the job asks for them; the constraints do not matter.
// Each histogram is counted in several tasks, each front is one.
StagePlan plan_landscape(const Job& job, const Models& models);

}  // namespace flash
