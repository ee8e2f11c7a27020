#include "flash/train/compress_network.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "compressed_form.hpp"
#include "compression_loop.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/runtime.hpp"
#include "flash/train/train_network.hpp"
#include "kept_memory.hpp"
#include "training_checks.hpp"

namespace flash {
namespace {

void check(const CompressionSettings& settings, const NetworkGraph& graph) {
  std::int64_t weights = 0;
  int layers = 0;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    weights += node.op.weights();
    layers += node.op.has_matrix() ? 1 : 0;
  }
  const auto refuse = [](const std::string& text) { throw Error(ExitCode::bad_job, text); };
  if (static_cast<double>(weights) / settings.ratio < layers)
    refuse("a ratio of " + std::to_string(settings.ratio) + " would empty a layer: the network has " +
           std::to_string(weights) + " weights in " + std::to_string(layers) + " layers, so that at most " +
           std::to_string(weights / layers) + " is possible");
  for (const LayerCompression& layer : settings.layers)
    if (layer.layer < 0 || layer.layer >= layers)
      refuse("there is no layer " + std::to_string(layer.layer) + ": the network has " +
             std::to_string(layers) + " with weights, from 0");
}

double accuracy_of(const CompressedNetwork& network, const ImageSet& images) {
  if (images.size() == 0) return std::numeric_limits<double>::quiet_NaN();
  const std::size_t right = SparseRuntime(network).right(images.pixels, images.labels);
  return static_cast<double>(right) / static_cast<double>(images.size());
}

int bits_of(const CompressedMatrix& weights) {
  switch (weights.form) {
    case CompressedMatrix::Form::levels:
      return weights.levels.bits;
    case CompressedMatrix::Form::shift_add:
      return coefficient_bits;
    case CompressedMatrix::Form::values:
      break;
  }
  return 32;
}

std::vector<CompressedLayer> layers_of(const CompressedNetwork& network) {
  std::vector<CompressedLayer> layers;
  for (std::size_t k = 0; k < network.nodes.size(); ++k) {
    const Operator& op = network.graph.nodes()[k].op;
    if (!op.has_matrix()) continue;
    const CompressedMatrix& weights = network.nodes[k].weights;
    const auto kept = static_cast<std::int64_t>(weights.kept());
    layers.push_back({std::string(name(op.kind)), op.weights(), kept, op.macs(),
                      kept * op.side_out * op.side_out, bits_of(weights)});
  }
  return layers;
}

}  // namespace

CompressedTraining compress_network(const Space& space, const Point& point, const Data& data,
                                    const TrainingSettings& training, const CompressionSettings& settings,
                                    std::uint64_t seed, const CompressionStores& stores,
                                    const Data* adapted) {
  const Stopwatch watch;
  check_compression(settings);
  check(settings, space.lower(point, seed));
  if (adapted != nullptr) {
    check_training_data(*adapted, space.definition().input);
    const CompressionPhase::Kind last = compression_phases(settings).back().kind;
    if (last != CompressionPhase::Kind::retrain && last != CompressionPhase::Kind::switch_)
      throw Error(ExitCode::bad_job,
                  "other images train what is decomposed (variant switch) or retrained without levels");
  }
  const Data& last_data = adapted != nullptr ? *adapted : data;
  TrainedNetwork trained =
      train_and_keep_network(space, point, data, training, seed, {.checkpoints = stores.dense, .test = true});
  CompressedTraining made;
  CompressionResult& result = made.result;
  result.accuracy_dense = trained.result.accuracy;
  result.test_accuracy_dense = trained.result.test_accuracy;
  result.parameters = trained.result.parameters;
  result.accuracy = result.test_accuracy = std::numeric_limits<double>::quiet_NaN();
  result.failure = trained.result.ok ? "" : "the dense network failed to train: " + trained.result.failure;
  if (result.failure.empty()) {
    const KeptMemory kept_memory;
    Compression compression(*trained.network, space.definition().input, data, last_data, training, settings,
                            seed, stores.compressed);
    result.failure = compression.run();
    result.phase_accuracy = compression.phase_accuracies();
    result.rounds = compression.rounds();
    if (result.failure.empty()) {
      made.network = compressed_form(*trained.network, compression.weights(), settings, last_data);
      FileParts parts;
      made.file = fcn_file(*made.network, &parts);
      result.file_bytes = made.file.size();
      result.header_bytes = parts.header;
      result.mask_bytes = parts.masks;
      result.value_bytes = parts.values;
      result.bias_bytes = parts.biases;
      result.layers = layers_of(*made.network);
      result.accuracy = accuracy_of(*made.network, last_data.judges());
      result.test_accuracy = accuracy_of(*made.network, last_data.test);
    }
  }
  result.ok = result.failure.empty();
  result.seconds = watch.seconds();
  return made;
}

}  // namespace flash
