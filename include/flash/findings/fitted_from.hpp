// Which of a job's settings its fitted models rest on: whoever searches a run's models with another job is
// told where the two disagree.
#pragma once

#include <filesystem>

#include "flash/job/job.hpp"
#include "flash/search/models.hpp"

namespace flash {

// By key ("train.epochs"), as the job file says them; of files, what they hold. Of training and measuring
// only what the run did itself.
Json fitted_from(const Job& job, bool trained, bool measured);

// Throws Error bad_data naming the keys in which `job` differs from what the models of this file were fitted
// from; models that do not say what that was are taken as they are.
void require_fitted_from(const Models& models, const Job& job, const std::filesystem::path& file);

}  // namespace flash
