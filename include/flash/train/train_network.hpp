// Training one network: from a point of a space to its accuracy.
#pragma once

#include <memory>

#include "flash/dataset/dataset.hpp"
#include "flash/space/space.hpp"
#include "flash/task/training.hpp"
#include "flash/train/checkpoint_file.hpp"
#include "flash/train/network.hpp"

namespace flash {

// What a training may do beside its result.
struct TrainingExtras {
  CheckpointStore* checkpoints = nullptr;  // null: none are kept
  bool test = false;                       // the test images are looked at too, once, after the last epoch
  std::vector<EpochGate> gates{};          // of the first try
};

// Same arguments, same machine: the same accuracy to the last digit. `seed` decides skips, weights, order and
// augmentation. With a store of checkpoints it goes on from what that holds, with the same digits again, and
// writes to it after every batch, of training or judging images, that finds a checkpoint due.
TrainingResult train_network(const Space& space, const Point& point, const Data& data,
                             const TrainingSettings& settings, std::uint64_t seed,
                             const TrainingExtras& extras = {});

// The same, and the network as its last try left it.
struct TrainedNetwork {
  TrainingResult result;
  std::unique_ptr<BuiltNetwork> network;
};
TrainedNetwork train_and_keep_network(const Space& space, const Point& point, const Data& data,
                                      const TrainingSettings& settings, std::uint64_t seed,
                                      const TrainingExtras& extras = {});

}  // namespace flash
