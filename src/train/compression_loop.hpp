// The phases of a compression, epoch by epoch: batches, checkpoints, the epoch that is chosen.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flash/dataset/dataset.hpp"
#include "flash/task/compression.hpp"
#include "flash/task/training.hpp"
#include "flash/train/batches.hpp"
#include "flash/train/checkpoint_file.hpp"
#include "flash/train/network.hpp"
#include "flash/train/optimiser.hpp"
#include "training_batch.hpp"
#include "weights_under_compression.hpp"

namespace flash {

class Compression {
 public:
  // `adapted`: the images of the last phase, where they are others.
  Compression(BuiltNetwork& network, const Input& input, const Data& data, const Data& adapted,
              const TrainingSettings& training, const CompressionSettings& settings, std::uint64_t seed,
              CheckpointStore* store);

  std::string run();  // "" or what went wrong

  const WeightsUnderCompression& weights() const { return *weights_; }
  std::vector<double> phase_accuracies() const;
  std::vector<CompressionRound> rounds() const;

 private:
  // Images that train and judge.
  struct Images {
    explicit Images(const Data& data, int batch);
    Batches train, judges;
    bool chooses;  // by images held out
    std::vector<std::size_t> batch_ends;
  };

  double record(std::size_t phase, int k) const;
  void set_record(int k, double value);
  bool searches() const;
  const std::vector<at::Tensor>& running() const { return network_.parameters().running_statistics; }
  const Images& images() const { return phase_ + 1 < phases_.size() ? images_ : adapted_; }
  std::int64_t batches() const { return static_cast<std::int64_t>(images().batch_ends.size()); }
  double rate(std::int64_t step) const;
  bool ends_round(std::int64_t steps_done) const;
  std::vector<at::Tensor> of_an_epoch();
  void begin_phase();
  void end_phase();
  void keep_if_best(double accuracy);
  at::Tensor loss_of(const Batch& batch);
  double train_epoch();
  double judged();
  std::vector<at::Tensor> state();
  void write_checkpoint();
  void go_on_from_checkpoint();

  BuiltNetwork& network_;
  const Input input_;
  const TrainingSettings training_;
  const CompressionSettings& settings_;
  const std::uint64_t seed_;
  const at::Device device_;
  const Images images_, adapted_;
  const std::vector<CompressionPhase> phases_;
  const std::unique_ptr<WeightsUnderCompression> weights_;
  std::unique_ptr<BuiltNetwork> teacher_;  // the dense network; none: nothing is taught
  CheckpointStore* const store_;
  std::optional<Optimiser> optimiser_;
  TrainingPosition position_;
  std::size_t phase_ = 0;
  std::int64_t epoch_ = 0;  // of the phase
  int all_epochs_ = 0;
  std::vector<at::Tensor> best_;  // as of_an_epoch
  at::Tensor best_accuracy_;
  at::Tensor records_;  // [phase]: accuracy at its end, then a residual a round; -1: not yet
};

}  // namespace flash
