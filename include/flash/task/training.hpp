// What a training task says and what comes back; known to flash and to flash-trainer, free of LibTorch.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/task/chip_arithmetic.hpp"

namespace flash {

struct TrainingSettings {
  int epochs = 10;
  int batch = 64;
  std::string optimiser = "sgd";  // sgd (Nesterov momentum) | adam
  double learning_rate = 0.05;
  double momentum = 0.9;
  double weight_decay = 5e-4;
  std::string schedule = "cosine";  // cosine (to 0 over all steps) | constant
  int crop = 4;                     // augmentation: pixels of padding for random crops; 0: none
  bool flip = true;                 // augmentation: random mirror
  int threads = 1;                  // of LibTorch
  std::string device = "cpu";       // "cpu", "cuda", "cuda:1"
  int retries = 1;  // of a sample that diverged or stayed at chance, each at a third of the learning rate
  // The accuracy of a network is what it has on this chip; nothing: what it has in single precision.
  std::optional<ChipArithmetic> chip{};
  // With a chip: more epochs at the end, at a tenth of the learning rate, with noise on the weights that disturbs
  // each layer as much as the chip does [ours], after V. Joshi et al., Nature Communications 11, 2473, 2020.
  int noise_epochs = 0;
};
Json to_json(const TrainingSettings& settings);
TrainingSettings training_settings_from_json(const Json& json);

struct EpochRecord {
  int epoch = 0;          // from 1
  double train_loss = 0;  // mean over the epoch's batches
  double accuracy = 0;    // of the images that judge (Data::judges), in [0, 1]
  double seconds = 0;
};
Json to_json(const EpochRecord& record);
EpochRecord epoch_record_from_json(const Json& json);

// A training whose accuracy after this epoch is below `least` ends there: there are better candidates. Successive
// halving, in the form that needs no other training to wait (Li and others, "A system for massively parallel
// hyperparameter tuning", MLSys 2020).
struct EpochGate {
  int epoch = 0;
  double least = 0;
};
Json to_json(const std::vector<EpochGate>& gates);
std::vector<EpochGate> epoch_gates_from_json(const Json& json);

struct TrainingResult {
  bool ok = false;
  std::string failure;  // "loss became nan in epoch 3", "accuracy 0.102 is at chance (0.1)"; "" where ok
  double accuracy =
      0;  // after the last epoch, of the images that judge: held out, or where there are none test images
  // Of the test images after the last epoch; NaN where nobody asked for it.
  double test_accuracy = std::numeric_limits<double>::quiet_NaN();
  // Of a training whose accuracies are those on a chip: what the same network has without it; else NaN.
  double ideal_accuracy = std::numeric_limits<double>::quiet_NaN();
  double ideal_test_accuracy = std::numeric_limits<double>::quiet_NaN();
  double train_loss = 0;
  std::int64_t parameters = 0;  // counted in the built network
  std::int64_t macs = 0;
  double learning_rate = 0;  // the one that gave this result
  bool ended_early = false;  // at a gate: then `ok`, and accuracy is that of the last epoch that there was
  int tries = 1;
  double seconds = 0;
  std::vector<EpochRecord> curve;
};
Json to_json(const TrainingResult& result);
TrainingResult training_result_from_json(const Json& json);

}  // namespace flash
