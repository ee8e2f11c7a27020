// A run's models: what it has fitted itself, and from the job's models file what it has not.
#pragma once

#include <optional>
#include <vector>

#include "flash/findings/fit.hpp"
#include "flash/job/job.hpp"
#include "flash/search/models.hpp"

namespace flash {

// What a run has fitted itself; absent where it trained, or measured, no network.
struct OwnFits {
  std::optional<std::vector<PredictorFit>> predictors;
  std::optional<HardwareFit> hardware;
};

// The models that searches use, with their provenance. What `own` lacks comes from the job's models file, if
// it names one, with the provenance that it has there; where `own` lacks both, the file's models are the
// answer as they are. Hardware models hold for one space alone. An accuracy predictor may come from another
// space of networks for the same images, provided that it reads NN-Degree in the job's way: accuracies beyond
// the NN-Degree of its samples are extrapolated, and marked so. Throws Error bad_data where the file's models
// are of another space, other images or another reading, and as read_models.
Models run_models(const Job& job, const OwnFits& own);

}  // namespace flash
