#include "flash/train/compress_network.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "compressed_form.hpp"
#include "device.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/runtime.hpp"
#include "flash/train/batches.hpp"
#include "flash/train/optimiser.hpp"
#include "flash/train/train_network.hpp"
#include "kept_memory.hpp"
#include "training_batch.hpp"
#include "training_checks.hpp"

namespace flash {
namespace {

using Kind = CompressionPhase::Kind;

constexpr double retraining_rate = 2;  // of the search's learning rate
constexpr double snapping_rate = 1;

class Compression {
 public:
  Compression(BuiltNetwork& network, const Input& input, const Data& data, const TrainingSettings& training,
              const CompressionSettings& settings, std::uint64_t seed, CheckpointStore* store)
      : network_(network),
        input_(input),
        training_(of_adam(training, settings)),
        settings_(settings),
        seed_(seed),
        device_(open_device(training.device)),
        train_(data.train, data),
        judges_(data.judges(), data),
        chooses_(data.validation.size() > 0),
        batch_ends_(batch_ends(data.train.size(), static_cast<std::size_t>(training.batch))),
        phases_(compression_phases(settings)),
        weights_(network, settings),
        store_(store) {
    optimiser_.emplace(network_.parameters(), training_);
    for (const at::Tensor& tensor : running()) best_.push_back(at::zeros_like(tensor));
    best_.push_back(at::zeros_like(optimiser_->state().front()));
    records_ = at::full({static_cast<std::int64_t>(phases_.size()), 1 + settings.rounds}, -1.0);
    best_accuracy_ = at::full({1}, -1.0);
  }

  // "" or what went wrong.
  std::string run() {
    for (const CompressionPhase& phase : phases_) all_epochs_ += phase.epochs;
    begin_phase();
    go_on_from_checkpoint();
    while (phase_ < phases_.size()) {
      const double loss = train_epoch();
      if (!std::isfinite(loss))
        return "the loss became " + std::string(std::isnan(loss) ? "nan" : "infinite") + " in epoch " +
               std::to_string(position_.curve.size() + 1) + ": a smaller compress.learning_rate may help";
      const double accuracy = judged();
      keep_if_best(accuracy);
      position_.curve.push_back({static_cast<int>(position_.curve.size()) + 1, loss, accuracy, 0});
      position_.batches = 0;
      position_.loss_sum = 0;
      if (++epoch_ == phases_[phase_].epochs) end_phase();
      if (phase_ < phases_.size()) write_checkpoint();
    }
    return "";
  }

  const SparseWeights& weights() const { return weights_; }
  std::vector<double> phase_accuracies() const {
    std::vector<double> list;
    for (std::size_t k = 0; k < phases_.size(); ++k) list.push_back(record(k, 0));
    return list;
  }
  std::vector<CompressionRound> rounds() const {
    std::vector<CompressionRound> list;
    for (std::size_t k = 0; k < phases_.size(); ++k)
      for (int round = 0; round < settings_.rounds; ++round)
        if (const double residual = record(k, 1 + round); residual >= 0)
          list.push_back(
              {static_cast<int>(k),
               settings_.rho * std::pow(settings_.rho_end / settings_.rho,
                                        std::min(1.0, round / std::max(1.0, settings_.rounds - 1.0))),
               residual});
    return list;
  }

 private:
  static TrainingSettings of_adam(TrainingSettings training, const CompressionSettings& settings) {
    training.optimiser = "adam";
    training.weight_decay = 0;
    training.learning_rate = settings.learning_rate;
    return training;
  }

  double record(std::size_t phase, int k) const {
    return records_[static_cast<std::int64_t>(phase)][k].item<double>();
  }
  void set_record(int k, double value) { records_[static_cast<std::int64_t>(phase_)][k] = value; }
  bool searches() const {
    return phases_[phase_].kind == Kind::search || phases_[phase_].kind == Kind::quantise;
  }
  const std::vector<at::Tensor>& running() const { return network_.parameters().running_statistics; }

  // The optimiser begins anew each time: its moments would revive what was pruned.
  void begin_phase() {
    if (phase_ >= phases_.size()) return;
    const CompressionPhase& phase = phases_[phase_];
    switch (phase.kind) {
      case Kind::search:
        weights_.begin_search(phase.ratio);
        break;
      case Kind::retrain:
        if (phase_ == 0 || phases_[phase_ - 1].kind != Kind::search) weights_.begin_search(phase.ratio);
        weights_.prune();
        break;
      case Kind::quantise:
        weights_.begin_quantise();
        break;
      case Kind::snap:
        weights_.begin_snap(phase.share);
        break;
    }
    optimiser_.emplace(network_.parameters(), training_);
    best_accuracy_.fill_(-1.0);
    epoch_ = 0;
  }

  void end_phase() {
    const at::NoGradGuard no_grad;
    if (!searches() && chooses_) {  // the best epoch's
      std::size_t k = 0;
      for (const at::Tensor& tensor : running()) tensor.copy_(best_[k++]);
      optimiser_->state().front().copy_(best_[k]);
    }
    set_record(0, searches() || !chooses_ ? position_.curve.back().accuracy : best_accuracy_.item<double>());
    ++phase_;
    position_.attempt = static_cast<int>(phase_) + 1;
    begin_phase();
  }

  void keep_if_best(double accuracy) {
    if (searches() || accuracy < best_accuracy_.item<double>()) return;
    const at::NoGradGuard no_grad;
    best_accuracy_.fill_(accuracy);
    std::size_t k = 0;
    for (const at::Tensor& tensor : running()) best_[k++].copy_(tensor);
    best_[k].copy_(optimiser_->state().front());
  }

  double rate(std::int64_t step) const {
    const std::int64_t steps = batches() * phases_[phase_].epochs;
    if (searches()) return settings_.learning_rate;
    const double first =
        settings_.learning_rate * (phases_[phase_].kind == Kind::retrain ? retraining_rate : snapping_rate);
    return scheduled_rate("cosine", first, step, steps);
  }

  std::int64_t batches() const { return static_cast<std::int64_t>(batch_ends_.size()); }

  // Rounds are spread evenly over a search's steps, the last at its end.
  bool ends_round(std::int64_t steps_done) const {
    const std::int64_t steps = batches() * phases_[phase_].epochs;
    const auto rounds_until = [&](std::int64_t done) { return done * settings_.rounds / steps; };
    return rounds_until(steps_done) > rounds_until(steps_done - 1);
  }

  double train_epoch() {
    const int epoch = static_cast<int>(position_.curve.size()) + 1;
    const std::uint64_t seed = derive_seed(seed_, "compress", 0);
    const std::vector<std::size_t> order = epoch_order(train_.size(), seed, epoch);
    const Augmentation augmentation{training_.crop, training_.flip};
    while (position_.batches < batches()) {
      const auto b = static_cast<std::size_t>(position_.batches);
      const Batch batch = make_batch(train_, input_, order, b == 0 ? 0 : batch_ends_[b - 1], batch_ends_[b],
                                     device_, [&](std::size_t image, float* to) {
                                       train_.write_augmented(image, augmentation, seed, epoch, to);
                                     });
      optimiser_->clear_gradients();
      const at::Tensor loss = at::cross_entropy_loss(network_.forward(batch.images, true), batch.labels);
      const double value = static_cast<double>(loss.item<float>());
      if (!std::isfinite(value)) return value;
      loss.backward();
      weights_.add_gradients();
      const std::int64_t step = epoch_ * batches() + position_.batches;
      optimiser_->step(rate(step));
      weights_.hold();
      position_.loss_sum += value;
      ++position_.batches;
      if (searches() && ends_round(step + 1)) {
        const SparseWeights::Round round = weights_.end_round();
        for (int k = 1; k <= settings_.rounds; ++k)
          if (record(phase_, k) < 0) {
            set_record(k, round.residual);
            break;
          }
        write_checkpoint();
      } else if (store_ != nullptr && store_->due()) {
        write_checkpoint();
      }
    }
    return position_.loss_sum / static_cast<double>(batches());
  }

  double judged() {
    const at::NoGradGuard no_grad;
    std::int64_t right = 0;
    std::vector<std::size_t> order(judges_.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    for (std::size_t first = 0; first < judges_.size(); first += evaluation_batch) {
      const Batch batch =
          make_batch(judges_, input_, order, first, std::min(judges_.size(), first + evaluation_batch),
                     device_, [&](std::size_t image, float* to) { judges_.write(image, to); });
      right += network_.forward(batch.images, false).argmax(1).eq(batch.labels).sum().item<std::int64_t>();
    }
    return static_cast<double>(right) / static_cast<double>(judges_.size());
  }

  std::vector<at::Tensor> state() {
    std::vector<at::Tensor> tensors = optimiser_->state();
    for (const at::Tensor& tensor : running()) tensors.push_back(tensor);
    for (const at::Tensor& tensor : best_) tensors.push_back(tensor);
    tensors.push_back(records_);
    tensors.push_back(best_accuracy_);
    for (const at::Tensor& tensor : weights_.state()) tensors.push_back(tensor);
    return tensors;
  }

  void write_checkpoint() {
    if (store_ == nullptr) return;
    std::vector<float> values;
    for (const at::Tensor& tensor : state()) {
      const at::Tensor flat = tensor.detach().to(at::kCPU, at::kFloat).contiguous().flatten();
      values.insert(values.end(), flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
    }
    TrainingPosition position = position_;
    position.attempt = static_cast<int>(phase_) + 1;
    position.seconds = position.epoch_start = 0;
    store_->write({std::move(position), std::move(values)});
  }

  void go_on_from_checkpoint() {
    if (store_ == nullptr) return;
    std::size_t size = 0;
    for (const at::Tensor& tensor : state()) size += static_cast<std::size_t>(tensor.numel());
    std::optional<TrainingCheckpoint> found =
        store_->read({static_cast<int>(phases_.size()), all_epochs_ + 1, batches(), 1, size});
    if (!found) return;
    position_ = std::move(found->position);
    phase_ = static_cast<std::size_t>(position_.attempt) - 1;
    epoch_ = static_cast<std::int64_t>(position_.curve.size());
    for (std::size_t k = 0; k < phase_; ++k) epoch_ -= phases_[k].epochs;
    optimiser_->go_on_after(epoch_ * batches() + position_.batches);
    const at::NoGradGuard no_grad;
    float* from = found->values.data();
    for (const at::Tensor& tensor : state()) {
      tensor.detach().copy_(at::from_blob(from, tensor.sizes()));
      from += tensor.numel();
    }
    weights_.restore();
  }

  BuiltNetwork& network_;
  const Input input_;
  const TrainingSettings training_;
  const CompressionSettings& settings_;
  const std::uint64_t seed_;
  const at::Device device_;
  const Batches train_;
  const Batches judges_;
  const bool chooses_;  // by images held out
  const std::vector<std::size_t> batch_ends_;
  const std::vector<CompressionPhase> phases_;
  SparseWeights weights_;
  CheckpointStore* const store_;
  std::optional<Optimiser> optimiser_;
  TrainingPosition position_;
  std::size_t phase_ = 0;
  std::int64_t epoch_ = 0;  // of the phase
  int all_epochs_ = 0;
  std::vector<at::Tensor> best_;  // running statistics and, last, all parameters
  at::Tensor best_accuracy_;
  at::Tensor records_;  // [phase]: accuracy at its end, then a residual a round; -1: not yet
};

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
  if (std::ranges::count(settings.layers, 0.0, &LayerCompression::break_even) >= layers)
    refuse("no layer gains on " + (settings.target.empty() ? "the target" : settings.target) +
           ", so that nothing is left to prune: all break-evens are 0");
}

double accuracy_of(const CompressedNetwork& network, const ImageSet& images) {
  if (images.size() == 0) return std::numeric_limits<double>::quiet_NaN();
  const std::size_t right = SparseRuntime(network).right(images.pixels, images.labels);
  return static_cast<double>(right) / static_cast<double>(images.size());
}

std::vector<CompressedLayer> layers_of(const CompressedNetwork& network) {
  std::vector<CompressedLayer> layers;
  for (std::size_t k = 0; k < network.nodes.size(); ++k) {
    const Operator& op = network.graph.nodes()[k].op;
    if (!op.has_matrix()) continue;
    const CompressedMatrix& weights = network.nodes[k].weights;
    const auto kept = static_cast<std::int64_t>(weights.kept());
    layers.push_back({std::string(name(op.kind)), op.weights(), kept, op.macs(),
                      kept * op.side_out * op.side_out,
                      weights.form == CompressedMatrix::Form::levels ? weights.levels.bits : 32});
  }
  return layers;
}

}  // namespace

CompressedTraining compress_network(const Space& space, const Point& point, const Data& data,
                                    const TrainingSettings& training, const CompressionSettings& settings,
                                    std::uint64_t seed, const CompressionStores& stores) {
  const Stopwatch watch;
  check_compression(settings);
  check(settings, space.lower(point, seed));
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
    Compression compression(*trained.network, space.definition().input, data, training, settings, seed,
                            stores.compressed);
    result.failure = compression.run();
    result.phase_accuracy = compression.phase_accuracies();
    result.rounds = compression.rounds();
    if (result.failure.empty()) {
      made.network = compressed_form(*trained.network, compression.weights(), settings, data);
      FileParts parts;
      made.file = fcn_file(*made.network, &parts);
      result.file_bytes = made.file.size();
      result.header_bytes = parts.header;
      result.mask_bytes = parts.masks;
      result.value_bytes = parts.values;
      result.bias_bytes = parts.biases;
      result.layers = layers_of(*made.network);
      result.accuracy = accuracy_of(*made.network, data.judges());
      result.test_accuracy = accuracy_of(*made.network, data.test);
    }
  }
  result.ok = result.failure.empty();
  result.seconds = watch.seconds();
  return made;
}

}  // namespace flash
