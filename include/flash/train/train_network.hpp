// Training one network: from a configuration to its accuracy.
#pragma once

#include <memory>

#include "flash/dataset/dataset.hpp"
#include "flash/space/space.hpp"
#include "flash/task/training.hpp"
#include "flash/train/network.hpp"

namespace flash {

// Same arguments, same machine: the same accuracy to the last digit. `seed` decides skips, weights, order and
// augmentation.
TrainingResult train_network(const Space& space, const Configuration& configuration, const Data& data,
                             const TrainingSettings& settings, std::uint64_t seed);

// The same, and the network as its last try left it.
struct TrainedNetwork {
  TrainingResult result;
  std::unique_ptr<BuiltNetwork> network;
};
TrainedNetwork train_and_keep_network(const Space& space, const Configuration& configuration,
                                      const Data& data, const TrainingSettings& settings, std::uint64_t seed);

}  // namespace flash
