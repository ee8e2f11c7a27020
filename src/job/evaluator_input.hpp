// What a task needs to make its evaluator.
#pragma once

#include "flash/job/job.hpp"
#include "flash/search/models.hpp"

namespace flash {

// Without what the fits rest on and where they come from: a search needs it not, and a sweep has thousands of
// tasks.
inline Json evaluator_input(const Job& job, Models models, const Constraints& constraints) {
  for (auto& model : models.metrics)
    if (model) model->support.reset();
  if (models.accuracy) models.accuracy->spread.reset();
  models.provenance = nullptr;
  return {{"models", to_json(models)},
          {"objective", to_json(job.objective)},
          {"constraints", to_json(constraints)}};
}

}  // namespace flash
