#include "flash/train/chip_network.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "crossbar_matrix.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

constexpr std::size_t converter_images =
    32;  // that converters are set by: a layer has thousands of sums an image

}  // namespace

ChipNetwork::ChipNetwork(InferenceGraph folded, const at::Tensor& images, const ChipArithmetic& chip,
                         std::uint64_t seed)
    : graph_(std::move(folded)),
      images_(images.narrow(0, 0, std::min<std::int64_t>(images.size(0), converter_images))),
      matrices_(graph_.nodes().size()) {
  check_chip_arithmetic(chip);
  const at::NoGradGuard no_grad;
  scales_ = flash::calibrate(graph_, 1, [&](std::size_t) { return images; });
  run_graph(graph_, images_, scales_, [&](std::size_t k, const at::Tensor& x) {
    const InferenceGraph::Node& node = graph_.nodes()[k];
    matrices_[k] =
        std::make_unique<CrossbarMatrix>(node, scales_[node.reads.front()], chip, mix(seed ^ mix(k)));
    matrices_[k]->calibrate(x);
    return matrices_[k]->product(x, /*draw=*/~std::uint64_t{0});
  });
}

ChipNetwork::~ChipNetwork() = default;
ChipNetwork::ChipNetwork(ChipNetwork&&) noexcept = default;

at::Tensor ChipNetwork::logits(const at::Tensor& images, std::uint64_t draw) const {
  return run_graph(graph_, images, scales_,
                   [&](std::size_t k, const at::Tensor& x) { return matrices_[k]->product(x, draw); });
}

at::Tensor ChipNetwork::ideal_logits(const at::Tensor& images) const {
  return run_graph(graph_, images, scales_,
                   [&](std::size_t k, const at::Tensor& x) { return matrices_[k]->exact(x); });
}

std::vector<double> ChipNetwork::equivalent_noise() const {
  std::vector<double> noise;
  run_graph(graph_, images_, scales_, [&](std::size_t k, const at::Tensor& x) {
    noise.push_back(matrices_[k]->equivalent_noise(x, /*draw=*/~std::uint64_t{1}));
    return matrices_[k]->exact(x);
  });
  return noise;
}

}  // namespace flash
