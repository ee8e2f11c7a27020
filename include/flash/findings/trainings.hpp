// Trainings as tasks: what each is made from, whatever stage asks for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flash/findings/plan.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/task/training.hpp"

namespace flash {

// One training of a network. Task id: `task`; its seed is of its own, so that the id changes no result.
struct PlannedTraining {
  TaskId task = 0;
  NetworkId network = 0;
  std::uint64_t seed = 0;
  bool test = false;               // the test images are looked at too
  std::vector<EpochGate> gates{};  // where it ends early; see EpochGate
};
// A network that cannot learn (space/liveness.hpp) fails without being trained; where the job has a table of
// accuracies, each takes its result from there, at no cost.
StagePlan plan_trainings(const Job& job, const Space& space, std::string_view stage,
                         const std::vector<PlannedTraining>& trainings);

// Why the job cannot train a network: "no live path ...", or its table has no accuracy of it; "": it can.
std::string why_not_trained(const Job& job, const Space& space, NetworkId network);
// The only networks that it can, ascending: those of its table; none: any that can learn.
std::vector<NetworkId> only_trainable(const Job& job);
// named_network() of such a one. Throws Error usage.
NetworkId named_to_train(const Job& job, const Space& space, std::string_view text);

// Stage::judge of a stage that trains: a network that diverged has a curve, and no accuracy.
void judge_training(StageOutcome& outcome);

}  // namespace flash
