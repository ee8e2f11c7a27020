#include "compression_loop.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "device.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

using Kind = CompressionPhase::Kind;

constexpr double retraining_rate = 2;  // of the search's learning rate
constexpr double snapping_rate = 1;
constexpr double temperature = 4;

// What is trained from the start is trained as the job trains.
TrainingSettings settings_of(TrainingSettings training, const CompressionSettings& settings) {
  if (settings.method == from_scratch) return training;
  training.optimiser = "adam";
  training.weight_decay = 0;
  training.learning_rate = settings.learning_rate;
  return training;
}

}  // namespace

Compression::Images::Images(const Data& data, int batch)
    : train(data.train, data),
      judges(data.judges(), data),
      chooses(data.validation.size() > 0),
      batch_ends(flash::batch_ends(data.train.size(), static_cast<std::size_t>(batch))) {}

Compression::Compression(BuiltNetwork& network, const Input& input, const Data& data, const Data& adapted,
                         const TrainingSettings& training, const CompressionSettings& settings,
                         std::uint64_t seed, CheckpointStore* store)
    : network_(network),
      input_(input),
      training_(settings_of(training, settings)),
      settings_(settings),
      seed_(seed),
      device_(open_device(training.device)),
      images_(data, training.batch),
      adapted_(adapted, training.batch),
      phases_(compression_phases(settings)),
      weights_(weights_under_compression(network, settings, seed)),
      store_(store) {
  optimiser_.emplace(network_.parameters(), training_);
  for (const at::Tensor& tensor : of_an_epoch()) best_.push_back(at::zeros_like(tensor));
  records_ = at::full({static_cast<std::int64_t>(phases_.size()), 1 + settings.rounds}, -1.0);
  best_accuracy_ = at::full({1}, -1.0);
  for (const CompressionPhase& phase : phases_) all_epochs_ += phase.epochs;
  // What is trained from the start would learn more epochs than others from a trained network.
  if (settings.distil == 0 || settings.method == from_scratch) return;
  const at::NoGradGuard no_grad;
  teacher_ = std::make_unique<BuiltNetwork>(network.graph(), seed, device_);
  const auto copy = [](const std::vector<at::Tensor>& to, const std::vector<at::Tensor>& from) {
    for (std::size_t k = 0; k < to.size(); ++k) to[k].detach().copy_(from[k]);
  };
  copy(teacher_->parameters().all(), network.parameters().all());
  copy(teacher_->parameters().running_statistics, running());
  teacher_->use_quickest_layout();
}

std::string Compression::run() {
  begin_phase();
  go_on_from_checkpoint();
  while (phase_ < phases_.size()) {
    const double loss = train_epoch();
    if (!std::isfinite(loss))
      return "the loss became " + std::string(std::isnan(loss) ? "nan" : "infinite") + " in epoch " +
             std::to_string(position_.curve.size() + 1) + ": a smaller compress.learning_rate may help";
    weights_->end_epoch();
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

std::vector<double> Compression::phase_accuracies() const {
  std::vector<double> list;
  for (std::size_t k = 0; k < phases_.size(); ++k) list.push_back(record(k, 0));
  return list;
}

std::vector<CompressionRound> Compression::rounds() const {
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

double Compression::record(std::size_t phase, int k) const {
  return records_[static_cast<std::int64_t>(phase)][k].item<double>();
}
void Compression::set_record(int k, double value) { records_[static_cast<std::int64_t>(phase_)][k] = value; }

bool Compression::searches() const {
  return phases_[phase_].kind == Kind::search || phases_[phase_].kind == Kind::quantise;
}

// Running statistics, what the method needs, and all parameters.
std::vector<at::Tensor> Compression::of_an_epoch() {
  std::vector<at::Tensor> tensors = running();
  for (const at::Tensor& tensor : weights_->chosen()) tensors.push_back(tensor);
  tensors.push_back(optimiser_->state().front());
  return tensors;
}

// The optimiser begins anew each time: its moments would revive what was pruned.
void Compression::begin_phase() {
  if (phase_ >= phases_.size()) return;
  weights_->begin(phases_[phase_]);
  optimiser_.emplace(network_.parameters(), training_);
  best_accuracy_.fill_(-1.0);
  epoch_ = 0;
}

void Compression::end_phase() {
  const at::NoGradGuard no_grad;
  const bool goes_back = !searches() && images().chooses;
  if (goes_back) {  // to the best epoch
    const std::vector<at::Tensor> now = of_an_epoch();
    for (std::size_t k = 0; k < now.size(); ++k) now[k].copy_(best_[k]);
    if (now.size() > running().size() + 1) weights_->restore();
  }
  set_record(0, goes_back ? best_accuracy_.item<double>() : position_.curve.back().accuracy);
  ++phase_;
  position_.attempt = static_cast<int>(phase_) + 1;
  begin_phase();
}

void Compression::keep_if_best(double accuracy) {
  if (searches() || accuracy < best_accuracy_.item<double>()) return;
  const at::NoGradGuard no_grad;
  best_accuracy_.fill_(accuracy);
  std::size_t k = 0;
  for (const at::Tensor& tensor : of_an_epoch()) best_[k++].copy_(tensor);
}

double Compression::rate(std::int64_t step) const {
  const std::int64_t steps = batches() * phases_[phase_].epochs;
  if (searches()) return settings_.learning_rate;
  if (settings_.method == from_scratch && phases_[phase_].kind == Kind::retrain)
    return scheduled_rate(training_.schedule, training_.learning_rate, step, steps);
  const double first =
      settings_.learning_rate * (phases_[phase_].kind == Kind::retrain ? retraining_rate : snapping_rate);
  return scheduled_rate("cosine", first, step, steps);
}

// Rounds are spread evenly over a search's steps, the last at its end.
bool Compression::ends_round(std::int64_t steps_done) const {
  const std::int64_t steps = batches() * phases_[phase_].epochs;
  const auto rounds_until = [&](std::int64_t done) { return done * settings_.rounds / steps; };
  return rounds_until(steps_done) > rounds_until(steps_done - 1);
}

at::Tensor Compression::loss_of(const Batch& batch) {
  const at::Tensor logits = network_.forward(batch.images, true);
  const at::Tensor own = at::cross_entropy_loss(logits, batch.labels);
  if (!teacher_ || &images() != &images_) return own;
  at::Tensor taught;
  {
    const at::NoGradGuard no_grad;
    taught = at::softmax(teacher_->forward(batch.images, false) / temperature, 1);
  }
  // Cross entropy with the teacher's outputs differs from the divergence by a constant; gradients shrink by the square
  // of the temperature.
  const at::Tensor followed = -(taught * at::log_softmax(logits / temperature, 1)).sum(1).mean();
  return own * (1 - settings_.distil) + followed * (settings_.distil * temperature * temperature);
}

double Compression::train_epoch() {
  const int epoch = static_cast<int>(position_.curve.size()) + 1;
  const std::uint64_t seed = derive_seed(seed_, "compress", 0);
  const Batches& train = images().train;
  const std::vector<std::size_t>& ends = images().batch_ends;
  const std::vector<std::size_t> order = epoch_order(train.size(), seed, epoch);
  const Augmentation augmentation{training_.crop, training_.flip};
  while (position_.batches < batches()) {
    const auto b = static_cast<std::size_t>(position_.batches);
    const Batch batch = make_batch(
        train, input_, order, b == 0 ? 0 : ends[b - 1], ends[b], device_,
        [&](std::size_t image, float* to) { train.write_augmented(image, augmentation, seed, epoch, to); });
    optimiser_->clear_gradients();
    const at::Tensor loss = loss_of(batch);
    const double value = static_cast<double>(loss.item<float>());
    if (!std::isfinite(value)) return value;
    loss.backward();
    weights_->add_gradients();
    const std::int64_t step = epoch_ * batches() + position_.batches;
    optimiser_->step(rate(step));
    weights_->hold(rate(step));
    position_.loss_sum += value;
    ++position_.batches;
    if (searches() && ends_round(step + 1)) {
      const double residual = weights_->end_round();
      for (int k = 1; k <= settings_.rounds; ++k)
        if (record(phase_, k) < 0) {
          set_record(k, residual);
          break;
        }
      write_checkpoint();
    } else if (store_ != nullptr && store_->due()) {
      write_checkpoint();
    }
  }
  return position_.loss_sum / static_cast<double>(batches());
}

double Compression::judged() {
  const at::NoGradGuard no_grad;
  const Batches& judges = images().judges;
  std::int64_t right = 0;
  std::vector<std::size_t> order(judges.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  for (std::size_t first = 0; first < judges.size(); first += evaluation_batch) {
    const Batch batch =
        make_batch(judges, input_, order, first, std::min(judges.size(), first + evaluation_batch), device_,
                   [&](std::size_t image, float* to) { judges.write(image, to); });
    right += network_.forward(batch.images, false).argmax(1).eq(batch.labels).sum().item<std::int64_t>();
  }
  return static_cast<double>(right) / static_cast<double>(judges.size());
}

std::vector<at::Tensor> Compression::state() {
  std::vector<at::Tensor> tensors = optimiser_->state();
  for (const at::Tensor& tensor : running()) tensors.push_back(tensor);
  for (const at::Tensor& tensor : best_) tensors.push_back(tensor);
  tensors.push_back(records_);
  tensors.push_back(best_accuracy_);
  for (const at::Tensor& tensor : weights_->state()) tensors.push_back(tensor);
  return tensors;
}

void Compression::write_checkpoint() {
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

void Compression::go_on_from_checkpoint() {
  if (store_ == nullptr) return;
  std::size_t size = 0;
  for (const at::Tensor& tensor : state()) size += static_cast<std::size_t>(tensor.numel());
  const auto most =
      static_cast<std::int64_t>(std::max(images_.batch_ends.size(), adapted_.batch_ends.size()));
  std::optional<TrainingCheckpoint> found =
      store_->read({static_cast<int>(phases_.size()), all_epochs_ + 1, most, 1, size});
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
  weights_->restore();
}

}  // namespace flash
