// Rounds of training what promises most: each rests on all that was trained before it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "flash/findings/fit.hpp"
#include "flash/findings/plan.hpp"
#include "flash/search/models.hpp"

namespace flash {

struct RefineRound {
  std::vector<NetworkId> networks{};  // that it trains
  NetworkId best = 0;                 // the models' optimum before it
  std::vector<EpochGate> gates{};     // of its trainings, with refine.halving
};

struct Refinement {
  std::vector<RefineRound> rounds;     // as far as they are known: the last may have trainings to come
  std::vector<TrainedSample> samples;  // of all of them, round by round
  bool complete = false;               // no more rounds follow, and all of these are done
  std::string ended;  // why, for people: "the models' best has stayed what it was"; "" where it has not
};

// The models that a job has with these fits to its trained networks.
using ModelsOfFits = std::function<Models(const std::vector<PredictorFit>&)>;

// A function of job and results alone: a round is chosen from what the design and the rounds before it have
// given, and only once all of that is there, so that a stop between or within rounds changes nothing. A round
// takes the models' optimum under the job's own constraints, where that has not been trained, and other networks
// by most_promising() of the exact top of the space and of random ones. It ends with refine.rounds, or where the
// optimum is the same as before the round and has been trained.
// `design`: the first design's samples. Throws as fit_predictors, and as `models_of`.
Refinement refinement(const Job& job, const Space& space, const Results& results,
                      const std::vector<TrainedSample>& design, const ModelsOfFits& models_of);

// Its trainings as tasks, with the seeds that they would have in the design; task id: the network's.
StagePlan plan_refinement(const Job& job, const Space& space, const std::vector<RefineRound>& rounds);

}  // namespace flash
