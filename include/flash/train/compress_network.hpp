// Compressing one network: from a trained one to a .fcn file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/dataset/dataset.hpp"
#include "flash/fcn/compressed_network.hpp"
#include "flash/hardware/layer_form.hpp"
#include "flash/space/space.hpp"
#include "flash/task/compression.hpp"
#include "flash/task/training.hpp"
#include "flash/train/checkpoint_file.hpp"

namespace flash {

struct CompressionStores {
  CheckpointStore* dense = nullptr;       // of the training before; null: none are kept
  CheckpointStore* compressed = nullptr;  // of the compression
};

struct CompressedTraining {
  CompressionResult result;
  // Without units that do nothing, where its file is smaller so; nothing where it failed.
  std::optional<CompressedNetwork> network;
  std::vector<LayerForm>
      forms;         // of the layers with weights, before dead units are removed; none where it failed
  std::string file;  // as fcn_file writes it; "" where it failed
  Json chips;        // maps of pruned_chip.hpp where a sparsity was asked for; else null
};

// Trains the network as its training task would (or goes on from what `dense` holds of that), then compresses it. Same
// arguments, same machine: the same bytes. `seed` decides what it decides of a training, and the order of images of the
// phases. Epochs are chosen by the images that judge where data.validation has some, else the last counts; the test
// images are read twice, dense and compressed, at the end. `adapted`: other images, of as many classes, that the last
// phase (switch of smartdeal, retrain of what has no levels) trains on and that judge and test the compressed network. A checkpoint is written at each round of ADMM, each epoch and
// when one is due. Throws Error bad_job for settings that cannot be (a layer emptied, bits out of range); what diverges
// is no error but a result that is not ok.
CompressedTraining compress_network(const Space& space, const Point& point, const Data& data,
                                    const TrainingSettings& training, const CompressionSettings& settings,
                                    std::uint64_t seed, const CompressionStores& stores = {},
                                    const Data* adapted = nullptr);

}  // namespace flash
