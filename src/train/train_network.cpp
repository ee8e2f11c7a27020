#include "flash/train/train_network.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "chip_training.hpp"
#include "device.hpp"
#include "flash/core/clock.hpp"
#include "flash/train/batches.hpp"
#include "flash/train/network.hpp"
#include "flash/train/optimiser.hpp"
#include "kept_memory.hpp"
#include "training_batch.hpp"
#include "training_checks.hpp"

namespace flash {
namespace {

constexpr double noisy_rate = 0.1;  // of the learning rate, in epochs under noise

// All tries of one network.
class Training {
 public:
  Training(const Space& space, const Point& point, const Data& data, const TrainingSettings& settings,
           std::uint64_t seed, const TrainingExtras& extras)
      : space_(space),
        point_(point),
        input_(space.definition().input),
        settings_(settings),
        seed_(seed),
        device_(open_device(settings.device)),
        train_(data.train, data),
        judges_(data.judges(), data),
        test_(data.test, data),
        validates_(data.validation.size() > 0),
        batch_ends_(batch_ends(data.train.size(), static_cast<std::size_t>(settings.batch))),
        checkpoints_(extras.checkpoints),
        asked_for_test_(extras.test),
        gates_(extras.gates) {}

  TrainedNetwork run() {
    start_try();
    if (checkpoints_ != nullptr) go_on_from_checkpoint();
    for (;;) {
      TrainingResult result = run_try();
      result.tries = position_.attempt;
      result.seconds = seconds();
      if (result.ok || position_.attempt > settings_.retries) return {std::move(result), std::move(network_)};
      position_ = {.attempt = position_.attempt + 1, .epoch_start = result.seconds};
      start_try();
    }
  }

 private:
  // The same seed each time: the lower learning rate is the only difference between tries.
  void start_try() {
    optimiser_.reset();  // gives the memory back first
    network_.reset();
    network_ = build_network(space_, point_, seed_, device_);
    optimiser_.emplace(network_->parameters(), settings_);
    noise_.reset();
    if (settings_.chip && settings_.noise_epochs > 0) noise_.emplace(network_->parameters().weights, seed_);
  }

  TrainingResult run_try() {
    TrainingResult result;
    result.learning_rate = learning_rate();
    result.parameters = network_->parameters().count();
    result.macs = network_->count_macs();
    network_->use_quickest_layout();
    while (epoch() <= epochs()) {
      result.train_loss = train_epoch(result.learning_rate);
      if (!std::isfinite(result.train_loss)) {
        result.failure = "loss became " + std::string(std::isnan(result.train_loss) ? "nan" : "infinite") +
                         " in epoch " + std::to_string(epoch());
        result.accuracy = std::numeric_limits<double>::quiet_NaN();
        result.curve = position_.curve;
        return result;
      }
      result.accuracy = judged_accuracy();
      if (epoch() == epochs() && checkpoints_ != nullptr && checkpoints_->wants_last()) write_checkpoint();
      finish_epoch(result.train_loss, result.accuracy);
      result.ended_early = below_gate(result.accuracy);
      if (result.ended_early) break;
    }
    result.curve = position_.curve;
    if (!result.ended_early)
      result.failure = chance_failure(result.accuracy, input_.classes, judges_.size(), validates_);
    result.ok = result.failure.empty();
    if (result.ok && !result.ended_early && asked_for_test_)
      result.test_accuracy = validates_ ? test_accuracy() : result.accuracy;
    if (result.ok && !result.ended_early && settings_.chip) put_on_chip(result);
    return result;
  }

  // What was reached so far is the ideal accuracy.
  void put_on_chip(TrainingResult& result) {
    const ChipNetwork chip = on_chip();
    result.ideal_accuracy = result.accuracy;
    result.ideal_test_accuracy = result.test_accuracy;
    result.accuracy = chip_accuracy(chip, judges_, input_);
    if (asked_for_test_)
      result.test_accuracy = validates_ ? chip_accuracy(chip, test_, input_) : result.accuracy;
  }
  ChipNetwork on_chip() const {
    return chip_network(network_->inference_graph().folded(), train_, input_, *settings_.chip, seed_);
  }

  // Of the epoch that has just ended. What begins again at a lower rate has no gates.
  bool below_gate(double accuracy) const {
    return position_.attempt == 1 && std::ranges::any_of(gates_, [&](const EpochGate& gate) {
             return gate.epoch == epoch() - 1 && accuracy < gate.least;
           });
  }

  double learning_rate() const {
    double rate = settings_.learning_rate;
    for (int attempt = 1; attempt < position_.attempt; ++attempt) rate /= 3.0;
    return rate;
  }
  int epoch() const { return static_cast<int>(position_.curve.size()) + 1; }               // under way
  int epochs() const { return settings_.epochs + (noise_ ? settings_.noise_epochs : 0); }  // of a try
  bool noisy() const { return epoch() > settings_.epochs; }
  double rate_now(double learning_rate) const {
    if (!noisy())
      return scheduled_rate(settings_.schedule, learning_rate, steps(), settings_.epochs * batches());
    return scheduled_rate("cosine", noisy_rate * learning_rate, steps() - settings_.epochs * batches(),
                          settings_.noise_epochs * batches());
  }
  double seconds() const { return seconds_before_ + watch_.seconds(); }
  std::int64_t batches() const { return static_cast<std::int64_t>(batch_ends_.size()); }  // an epoch
  std::int64_t steps() const { return (epoch() - 1) * batches() + position_.batches; }  // of this try so far

  void finish_epoch(double train_loss, double accuracy) {
    const double now = seconds();
    position_.curve.push_back({epoch(), train_loss, accuracy, now - position_.epoch_start});
    position_ = {.attempt = position_.attempt, .curve = std::move(position_.curve), .epoch_start = now};
  }

  // Mean of the batches' losses; at once the loss of a batch that is not finite.
  double train_epoch(double learning_rate) {
    const std::vector<std::size_t> order = epoch_order(train_.size(), seed_, epoch());
    const Augmentation augmentation{settings_.crop, settings_.flip};
    if (epoch() == settings_.epochs + 1 && position_.batches == 0) noise_->measure(on_chip());
    while (position_.batches < batches()) {
      const auto b = static_cast<std::size_t>(position_.batches);
      const Batch batch = make_batch(train_, input_, order, b == 0 ? 0 : batch_ends_[b - 1], batch_ends_[b],
                                     device_, [&](std::size_t image, float* to) {
                                       train_.write_augmented(image, augmentation, seed_, epoch(), to);
                                     });
      optimiser_->clear_gradients();
      if (noisy()) noise_->add(steps());
      const at::Tensor loss = at::cross_entropy_loss(network_->forward(batch.images, true), batch.labels);
      const double value = static_cast<double>(loss.item<float>());
      if (!std::isfinite(value)) return value;
      loss.backward();
      if (noisy()) noise_->remove();
      optimiser_->step(rate_now(learning_rate));
      position_.loss_sum += value;
      ++position_.batches;
      write_checkpoint_if_due();
    }
    return position_.loss_sum / static_cast<double>(batches());
  }

  double judged_accuracy() {
    while (position_.tested < static_cast<std::int64_t>(judges_.size())) {
      const auto first = static_cast<std::size_t>(position_.tested);
      const std::size_t last = std::min(judges_.size(), first + evaluation_batch);
      position_.right += right_of(judges_, first, last);
      position_.tested = static_cast<std::int64_t>(last);
      write_checkpoint_if_due();
    }
    return static_cast<double>(position_.right) / static_cast<double>(judges_.size());
  }

  double test_accuracy() {
    std::int64_t right = 0;
    for (std::size_t first = 0; first < test_.size(); first += evaluation_batch)
      right += right_of(test_, first, std::min(test_.size(), first + evaluation_batch));
    return static_cast<double>(right) / static_cast<double>(test_.size());
  }

  // How many of the images [first, last) the network has right.
  std::int64_t right_of(const Batches& set, std::size_t first, std::size_t last) {
    const at::NoGradGuard no_grad;
    std::vector<std::size_t> order(last);
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    const Batch batch = make_batch(set, input_, order, first, last, device_,
                                   [&](std::size_t image, float* to) { set.write(image, to); });
    return network_->forward(batch.images, false).argmax(1).eq(batch.labels).sum().item<std::int64_t>();
  }

  // Whatever steps and batches change, each flat.
  std::vector<at::Tensor> state() const {
    std::vector<at::Tensor> tensors = optimiser_->state();
    const std::vector<at::Tensor>& running = network_->parameters().running_statistics;
    tensors.insert(tensors.end(), running.begin(), running.end());
    if (noise_) tensors.push_back(noise_->deviations());
    return tensors;
  }
  std::size_t state_size() const {
    std::size_t size = 0;
    for (const at::Tensor& tensor : state()) size += static_cast<std::size_t>(tensor.numel());
    return size;
  }

  void write_checkpoint_if_due() {
    if (checkpoints_ != nullptr && checkpoints_->due()) write_checkpoint();
  }

  void write_checkpoint() {
    position_.seconds = seconds();
    std::vector<float> values(state_size());
    float* to = values.data();
    for (const at::Tensor& tensor : state()) {
      at::from_blob(to, tensor.sizes()).copy_(tensor);
      to += tensor.numel();
    }
    checkpoints_->write({position_, std::move(values)});
  }

  void go_on_from_checkpoint() {
    std::optional<TrainingCheckpoint> found =
        checkpoints_->read({1 + settings_.retries, epochs(), batches(),
                            static_cast<std::int64_t>(judges_.size()), state_size()});
    if (!found) return;
    position_ = std::move(found->position);
    seconds_before_ = position_.seconds;
    optimiser_->go_on_after(steps());
    const at::NoGradGuard no_grad;
    float* from = found->values.data();
    for (const at::Tensor& tensor : state()) {
      tensor.copy_(at::from_blob(from, tensor.sizes()));
      from += tensor.numel();
    }
  }

  const Space& space_;
  const Point& point_;
  const Input input_;
  const TrainingSettings& settings_;
  const std::uint64_t seed_;
  const at::Device device_;
  const Batches train_;
  const Batches judges_;  // validation images, or where there are none the test images
  const Batches test_;
  const bool validates_;
  const std::vector<std::size_t> batch_ends_;
  CheckpointStore* const checkpoints_;  // null: none are kept
  const bool asked_for_test_;
  const std::vector<EpochGate> gates_;
  const Stopwatch watch_;
  double seconds_before_ = 0;  // of earlier starts
  TrainingPosition position_;
  std::unique_ptr<BuiltNetwork> network_;
  std::optional<Optimiser> optimiser_;
  std::optional<WeightNoise> noise_;
};

}  // namespace

TrainedNetwork train_and_keep_network(const Space& space, const Point& point, const Data& data,
                                      const TrainingSettings& settings, std::uint64_t seed,
                                      const TrainingExtras& extras) {
  check_training(settings);
  check_training_data(data, space.definition().input);
  set_up_libtorch(settings.threads);
  const KeptMemory kept_memory;
  return Training(space, point, data, settings, seed, extras).run();
}

TrainingResult train_network(const Space& space, const Point& point, const Data& data,
                             const TrainingSettings& settings, std::uint64_t seed,
                             const TrainingExtras& extras) {
  return train_and_keep_network(space, point, data, settings, seed, extras).result;
}

}  // namespace flash
