#include "chip_training.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "adc_kernel.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "training_batch.hpp"

namespace flash {
namespace {

constexpr std::size_t scaling_images = 256;  // as exports in 8 bits
constexpr std::size_t chip_batch = 50;

Batch images_of(const Batches& set, const Input& input, std::size_t first, std::size_t last) {
  std::vector<std::size_t> order(last);
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  return make_batch(set, input, order, first, last, at::kCPU,
                    [&](std::size_t image, float* to) { set.write(image, to); });
}

}  // namespace

ChipNetwork chip_network(InferenceGraph folded, const Batches& train, const Input& input,
                         const ChipArithmetic& chip, std::uint64_t seed) {
  return {std::move(folded), images_of(train, input, 0, std::min(train.size(), scaling_images)).images, chip,
          seed};
}

double chip_accuracy(const ChipNetwork& chip, const Batches& set, const Input& input) {
  const at::NoGradGuard no_grad;
  std::int64_t right = 0;
  for (std::size_t first = 0; first < set.size(); first += chip_batch) {
    const Batch batch = images_of(set, input, first, std::min(set.size(), first + chip_batch));
    right += chip.logits(batch.images, first).argmax(1).eq(batch.labels).sum().item<std::int64_t>();
  }
  return static_cast<double>(right) / static_cast<double>(set.size());
}

WeightNoise::WeightNoise(std::vector<at::Tensor> weights, std::uint64_t seed)
    : weights_(std::move(weights)),
      seed_(seed),
      deviations_(at::zeros({static_cast<std::int64_t>(weights_.size())})) {}

void WeightNoise::measure(const ChipNetwork& chip) {
  const std::vector<double> noise = chip.equivalent_noise();
  if (noise.size() != weights_.size())
    throw Error(ExitCode::internal, "the chip's network has other layers than the trained one");
  for (std::size_t k = 0; k < noise.size(); ++k)
    deviations_.data_ptr<float>()[k] = static_cast<float>(noise[k]);
}

void WeightNoise::add(std::int64_t step) {
  const at::NoGradGuard no_grad;
  before_.clear();
  for (std::size_t k = 0; k < weights_.size(); ++k) {
    const at::Tensor& weight = weights_[k];
    before_.push_back(weight.clone());
    const at::Tensor drawn = at::empty(weight.sizes());
    const auto key =
        static_cast<std::uint32_t>(mix(seed_ ^ mix((static_cast<std::uint64_t>(step) << 16) + k)));
    float* to = drawn.data_ptr<float>();
    for (std::int64_t i = 0; i < drawn.numel(); ++i) to[i] = quick_normal(key, static_cast<std::uint32_t>(i));
    const at::Tensor largest = weight.detach().abs().amax({1, 2, 3}, /*keepdim=*/true);
    weights_[k].add_(drawn.to(weight.device()) * largest * deviations_.data_ptr<float>()[k]);
  }
}

void WeightNoise::remove() {
  const at::NoGradGuard no_grad;
  for (std::size_t k = 0; k < weights_.size(); ++k) weights_[k].copy_(before_[k]);
}

}  // namespace flash
