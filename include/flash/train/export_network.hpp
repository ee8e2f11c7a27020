// Exporting one network: files that run without flash, and a description of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "flash/core/json.hpp"
#include "flash/dataset/dataset.hpp"
#include "flash/space/space.hpp"
#include "flash/task/training.hpp"
#include "flash/train/checkpoint_file.hpp"

namespace flash {

struct ExportOrder {
  NetworkId id = 0;
  std::uint64_t seed = 0;  // as of a training task: decides skips, weights, order and augmentation
  std::filesystem::path folder;
  // None: the weights that the seed gives, with norms settled on random images; for measuring latency.
  std::optional<TrainingSettings> training;
  Json data;           // where the images come from, as the request says it; null without training
  std::string images;  // data_digest that they are to have; "" where any will do
  CheckpointStore* checkpoints = nullptr;  // as of train_network: what it holds need not be trained again
  bool replace = false;                    // what is in the way is replaced: the folder is a run's own
};

// Trains the network as its training task would and writes FOLDER/network-ID.pt (torchscript_export.hpp),
// network-ID.onnx (onnx_export.hpp), network-ID.weights.pt and network-ID.py (pytorch_export.hpp) and, last,
// network-ID.json: configuration, accuracy, NN-Degree, costs, input and normalisation, the files' digests, what
// it was made from, and logits to check a runtime with.
//
// ID is network_stem()'s. Returns the description, with "folder", "description", its own file's name, and "kept": true where the same export is there already, which is
// then left alone and not trained again. Nothing is overwritten unless the order says so. `images` is called only
// to train.
// Throws Error usage where another export is in the way; bad_data where training fails or the files there are
// damaged; io where the folder or a file cannot be written; internal where the TorchScript file does not give
// the network's own logits.
Json export_network(const Space& space, const ExportOrder& order, const std::function<const Data&()>& images);

}  // namespace flash
