#include "flash/train/compress_network.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "compressed_form.hpp"
#include "compression_loop.hpp"
#include "flash/compress/dead_units.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/layer_forms.hpp"
#include "flash/fcn/runtime.hpp"
#include "flash/imc/pruned_chip.hpp"
#include "flash/task/compression_checks.hpp"
#include "flash/train/train_network.hpp"
#include "kept_memory.hpp"
#include "training_checks.hpp"

namespace flash {
namespace {

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

// Weights that are 0 in the end count as pruned, by whatever method; a channel that is constant is sent all the same.
WeightMasks masks_of(const CompressedNetwork& network) {
  WeightMasks masks;
  for (const MaskedLayer& layer : masked_layers(network.graph)) {
    const CompressedMatrix& matrix = network.nodes[layer.node].weights;
    WeightMask& mask = masks.emplace_back();
    for (std::size_t k = 0; k < layer.weights(); ++k)
      mask.push_back((matrix.form == CompressedMatrix::Form::levels ? matrix.levels.codes[k] != 0
                                                                    : matrix.values[k] != 0)
                         ? 1
                         : 0);
  }
  return masks;
}

}  // namespace

CompressedTraining compress_network(const Space& space, const Point& point, const Data& data,
                                    const TrainingSettings& training, const CompressionSettings& settings,
                                    std::uint64_t seed, const CompressionStores& stores,
                                    const Data* adapted) {
  const Stopwatch watch;
  check_compression(settings, space.lower(point, seed));
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
  result.dense_ok = trained.result.ok;
  result.failure = result.dense_ok ? "" : "the dense network failed to train: " + trained.result.failure;
  if (result.failure.empty()) {
    const KeptMemory kept_memory;
    Compression compression(*trained.network, space.definition().input, data, last_data, training, settings,
                            seed, stores.compressed);
    result.failure = compression.run();
    result.phase_accuracy = compression.phase_accuracies();
    result.rounds = compression.rounds();
    if (result.failure.empty()) {
      const CompressedNetwork whole = compressed_form(*trained.network, compression.weights(), last_data);
      result.layers = layers_of(whole);
      made.forms = layer_forms(whole);
      if (!settings.chip.is_null()) {
        PrunedChip chip = pruned_chip(imc_design_from_json(settings.chip), whole.graph, masks_of(whole));
        result.sent = to_json(chip.forms);
        made.chips = std::move(chip.maps);
      }
      FileParts parts, parts_of_whole;
      made.network = with_bias_bits(without_dead_units(whole), settings.bias_bits);
      made.file = fcn_file(*made.network, &parts);
      CompressedNetwork undiminished = with_bias_bits(whole, settings.bias_bits);
      if (std::string file = fcn_file(undiminished, &parts_of_whole); file.size() <= made.file.size()) {
        made.network = std::move(undiminished);
        made.file = std::move(file);
        parts = parts_of_whole;
      }
      result.file_bytes = made.file.size();
      result.header_bytes = parts.header;
      result.mask_bytes = parts.masks;
      result.value_bytes = parts.values;
      result.bias_bytes = parts.biases;
      result.accuracy = accuracy_of(*made.network, last_data.judges());
      const std::string chance = chance_failure(result.accuracy, space.definition().input.classes,
                                                last_data.judges().size(), last_data.validation.size() > 0);
      if (!chance.empty())
        result.failure = "compressed, its " + chance +
                         ": keeping more, more epochs or a smaller compress.learning_rate may help";
      result.test_accuracy = accuracy_of(*made.network, last_data.test);
    }
  }
  result.ok = result.failure.empty();
  if (!result.ok) {
    made.file.clear();
    made.forms.clear();
  }
  result.seconds = watch.seconds();
  return made;
}

}  // namespace flash
