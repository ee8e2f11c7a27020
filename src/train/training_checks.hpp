// What must hold before a training begins.
#pragma once

#include "flash/dataset/dataset.hpp"
#include "flash/space/space.hpp"
#include "flash/task/training.hpp"

namespace flash {

// Throw Error bad_job, saying what is wrong and what is possible.
void check_training(const TrainingSettings& settings);
void check_training_data(const Data& data, const Input& input);

}  // namespace flash
