#include "flash/train/train_network.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "device.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/train/batches.hpp"
#include "flash/train/network.hpp"
#include "flash/train/optimiser.hpp"

namespace flash {
namespace {

// Small enough for the caches; part of the result's last digits, so no setting.
constexpr std::size_t evaluation_batch = 100;

void require(bool condition, const std::string& message) {
  if (!condition) throw Error(ExitCode::bad_job, "training: " + message);
}

void check(const TrainingSettings& settings) {
  require(settings.epochs >= 1, "epochs must be at least 1");
  require(settings.batch >= 2, "batch must be at least 2: one image has no batch statistics");
  require(settings.optimiser == "sgd" || settings.optimiser == "adam", "optimiser must be sgd or adam");
  require(settings.schedule == "cosine" || settings.schedule == "constant",
          "schedule must be cosine or constant");
  require(std::isfinite(settings.learning_rate) && settings.learning_rate > 0,
          "learning_rate must be positive");
  require(settings.momentum >= 0 && settings.momentum < 1, "momentum must be in [0, 1)");
  require(std::isfinite(settings.weight_decay) && settings.weight_decay >= 0,
          "weight_decay must not be negative");
  require(settings.crop >= 0 && settings.crop <= 1024, "crop must be in 0 .. 1024");
  require(settings.threads >= 1 && settings.threads <= 1024, "threads must be in 1 .. 1024");
  require(settings.retries >= 0 && settings.retries <= 100, "retries must be in 0 .. 100");
}

void check(const Data& data, const Input& input) {
  const auto fits = [&](const ImageSet& set) {
    return set.channels == input.channels && set.side == input.side && set.size() > 0;
  };
  require(fits(data.train) && fits(data.test) && data.classes == input.classes,
          "the data set is not what the space's networks read: " + std::to_string(input.channels) +
              " channels, " + std::to_string(input.side) + " x " + std::to_string(input.side) + " pixels, " +
              std::to_string(input.classes) + " classes");
  require(data.train.size() >= 2, "the data set needs at least 2 training images");
}

// Images [first, last) of an order as tensors, made where the network is. `write(image, to)` writes one
// image.
struct Batch {
  at::Tensor images;  // N x C x side x side, channels last
  at::Tensor labels;  // N
};
template <class Write>
Batch make_batch(const Batches& set, const Input& input, const std::vector<std::size_t>& order,
                 std::size_t first, std::size_t last, const at::Device& device, const Write& write) {
  const auto count = static_cast<std::int64_t>(last - first);
  const at::Tensor rows = at::empty({count, input.side, input.side, input.channels});
  const at::Tensor labels = at::empty({count}, at::kLong);
  for (std::size_t k = 0; k < last - first; ++k) {
    write(order[first + k], rows.data_ptr<float>() + k * set.values_per_image());
    labels.data_ptr<std::int64_t>()[k] = set.label(order[first + k]);
  }
  return {rows.permute({0, 3, 1, 2}).to(device), labels.to(device)};
}

// One try at a given learning rate.
class Trainer {
 public:
  Trainer(const Space& space, const Configuration& configuration, const Data& data,
          const TrainingSettings& settings, std::uint64_t seed)
      : input_(space.definition().input),
        settings_(settings),
        seed_(seed),
        device_(open_device(settings.device)),
        train_(data.train, data),
        test_(data.test, data),
        network_(build_network(space, configuration, seed, device_)) {}

  TrainingResult run(double learning_rate) {
    TrainingResult result;
    result.learning_rate = learning_rate;
    result.parameters = network_->parameters().count();
    result.macs = network_->count_macs(input_);
    Optimiser optimiser(network_->parameters(), settings_);
    for (int epoch = 1; epoch <= settings_.epochs; ++epoch) {
      const Stopwatch watch;
      EpochRecord record;
      record.epoch = epoch;
      record.train_loss = train_epoch(optimiser, learning_rate, epoch);
      if (!std::isfinite(record.train_loss)) {
        result.failure = "loss became " + std::string(std::isnan(record.train_loss) ? "nan" : "infinite") +
                         " in epoch " + std::to_string(epoch);
        result.accuracy = std::numeric_limits<double>::quiet_NaN();
        result.train_loss = record.train_loss;
        return result;
      }
      record.test_accuracy = test_accuracy();
      record.seconds = watch.seconds();
      result.curve.push_back(record);
    }
    result.accuracy = result.curve.back().test_accuracy;
    result.train_loss = result.curve.back().train_loss;
    result.failure = chance_failure(result.accuracy);
    result.ok = result.failure.empty();
    return result;
  }
  std::unique_ptr<BuiltNetwork> take_network() { return std::move(network_); }

 private:
  // Mean of the batches' losses; at once the loss of a batch that is not finite.
  double train_epoch(Optimiser& optimiser, double learning_rate, int epoch) {
    const std::vector<std::size_t> order = epoch_order(train_.size(), seed_, epoch);
    const std::vector<std::size_t> ends =
        batch_ends(train_.size(), static_cast<std::size_t>(settings_.batch));
    const Augmentation augmentation{settings_.crop, settings_.flip};
    const auto steps = static_cast<std::int64_t>(ends.size());
    double sum = 0;
    std::size_t first = 0;
    for (std::size_t b = 0; b < ends.size(); first = ends[b++]) {
      const Batch batch =
          make_batch(train_, input_, order, first, ends[b], device_, [&](std::size_t image, float* to) {
            train_.write_augmented(image, augmentation, seed_, epoch, to);
          });
      optimiser.clear_gradients();
      const at::Tensor loss = at::cross_entropy_loss(network_->forward(batch.images, true), batch.labels);
      const double value = static_cast<double>(loss.item<float>());
      if (!std::isfinite(value)) return value;
      sum += value;
      loss.backward();
      const std::int64_t step = (epoch - 1) * steps + static_cast<std::int64_t>(b);
      optimiser.step(scheduled_rate(settings_.schedule, learning_rate, step, settings_.epochs * steps));
    }
    return sum / static_cast<double>(steps);
  }

  double test_accuracy() {
    const at::NoGradGuard no_grad;
    std::vector<std::size_t> order(test_.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::int64_t right = 0;
    for (std::size_t first = 0; first < order.size(); first += evaluation_batch) {
      const std::size_t last = std::min(order.size(), first + evaluation_batch);
      const Batch batch = make_batch(test_, input_, order, first, last, device_,
                                     [&](std::size_t image, float* to) { test_.write(image, to); });
      right += network_->forward(batch.images, false).argmax(1).eq(batch.labels).sum().item<std::int64_t>();
    }
    return static_cast<double>(right) / static_cast<double>(test_.size());
  }

  // What is wrong with an accuracy that guessing reaches too, within two standard deviations; "" if nothing
  // is.
  std::string chance_failure(double accuracy) const {
    const double chance = 1.0 / input_.classes;
    const double deviation = std::sqrt(chance * (1.0 - chance) / static_cast<double>(test_.size()));
    if (accuracy > chance + 2.0 * deviation) return "";
    char text[96];
    std::snprintf(text, sizeof text, "accuracy %.3f is at chance (%.3g)", accuracy, chance);
    return text;
  }

  const Input input_;
  const TrainingSettings& settings_;
  const std::uint64_t seed_;
  const at::Device device_;
  const Batches train_;
  const Batches test_;
  std::unique_ptr<BuiltNetwork> network_;
};

}  // namespace

TrainedNetwork train_and_keep_network(const Space& space, const Configuration& configuration,
                                      const Data& data, const TrainingSettings& settings,
                                      std::uint64_t seed) {
  check(settings);
  check(data, space.definition().input);
  set_up_libtorch(settings.threads);
  const Stopwatch watch;
  TrainedNetwork trained;
  double learning_rate = settings.learning_rate;
  for (int attempt = 1; attempt <= 1 + settings.retries && !trained.result.ok;
       ++attempt, learning_rate /= 3.0) {
    // The same seed again: the lower learning rate is the only difference.
    trained.network.reset();  // gives its memory back first
    Trainer trainer(space, configuration, data, settings, seed);
    trained.result = trainer.run(learning_rate);
    trained.result.tries = attempt;
    trained.network = trainer.take_network();
  }
  trained.result.seconds = watch.seconds();
  return trained;
}

TrainingResult train_network(const Space& space, const Configuration& configuration, const Data& data,
                             const TrainingSettings& settings, std::uint64_t seed) {
  return train_and_keep_network(space, configuration, data, settings, seed).result;
}

}  // namespace flash
