// Which of a job's settings its fitted models rest on: whoever searches a run's models with another job is
// told where the two disagree.
#pragma once

#include <filesystem>

#include "flash/job/job.hpp"
#include "flash/joint/joint_models.hpp"
#include "flash/search/models.hpp"

namespace flash {

// By key ("train.epochs"), as the job file says them; of files, what they hold. Of training and measuring
// only what the run did itself.
Json fitted_from(const Job& job, bool trained, bool measured);

// Throws Error bad_data naming the keys in which `job` differs from what the models of this file were fitted
// from; models that do not say what that was are taken as they are.
void require_fitted_from(const Models& models, const Job& job, const std::filesystem::path& file);

// The same of a run's models of compression, which rest on the trainings and on how the samples were compressed; those
// that do not say what that was are refused.
Json compression_fitted_from(const Job& job);
void require_fitted_from(const JointModels& models, const Job& job, const std::filesystem::path& file);
// Those keys; "": none, or not told.
std::string unlike_job(const JointModels& models, const Job& job, const std::filesystem::path& file);

}  // namespace flash
