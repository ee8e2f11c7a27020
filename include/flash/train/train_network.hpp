// Training one network: from a configuration to its accuracy.
#pragma once

#include "flash/dataset/dataset.hpp"
#include "flash/space/space.hpp"
#include "flash/task/training.hpp"

namespace flash {

// Same arguments, same machine: the same accuracy to the last digit. `seed` decides skips, weights, order and
// augmentation.
TrainingResult train_network(const Space& space, const Configuration& configuration, const Data& data,
                             const TrainingSettings& settings, std::uint64_t seed);

}  // namespace flash
