// What must hold before a training begins, and behind it.
#pragma once

#include <cstddef>
#include <string>

#include "flash/dataset/dataset.hpp"
#include "flash/space/space.hpp"
#include "flash/task/training.hpp"

namespace flash {

// Throw Error bad_job, saying what is wrong and what is possible.
void check_training(const TrainingSettings& settings);
void check_training_data(const Data& data, const Input& input);

// What is wrong with an accuracy that guessing reaches too, within two standard deviations of so many images; "" if
// nothing is.
std::string chance_failure(double accuracy, int classes, std::size_t images, bool of_validation);

}  // namespace flash
