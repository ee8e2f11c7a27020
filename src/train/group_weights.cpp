#include "group_weights.hpp"

#include <cmath>
#include <utility>

#include "flash/core/random.hpp"

namespace flash {

GroupWeights::GroupWeights(const BuiltNetwork& network, const CompressionSettings& settings,
                           std::uint64_t seed)
    : SparseWeights(network, settings),
      network_(network),
      chosen_settings_(settings),
      seed_(seed),
      masked_(masked_layers(network.graph())) {
  groups_ = groups_of(settings.method, imc_design_from_json(settings.chip), masked_);
  const auto add = [&](const at::Tensor& values, NetworkGraph::Value value) {
    if (values.defined())
      silenced_.push_back(
          {values.detach(), at::ones_like(values).detach(), channel_origins(network.graph(), value)});
  };
  add(network.running_mean(NetworkGraph::image), NetworkGraph::image);
  for (std::size_t node = 0; node < network.graph().nodes().size(); ++node) {
    add(network.shift(node), node + 1);
    add(network.running_mean(node + 1), node + 1);
  }
}

void GroupWeights::begin(const CompressionPhase& phase) {
  if (phase.kind != CompressionPhase::Kind::retrain) {
    SparseWeights::begin(phase);
    return;
  }
  const at::NoGradGuard no_grad;
  if (chosen_settings_.method == from_scratch) initialise_anew();
  for (Layer& layer : layers())  // z keeps what pruned weights were
    layer.z.copy_(at::where(layer.mask > 0, layer.weight, layer.z));
  const WeightMasks chosen = chosen_masks(phase.ratio);
  for (std::size_t l = 0; l < layers().size(); ++l) {
    Layer& layer = layers()[l];
    layer.weight.detach().copy_(layer.z);
    layer.mask.copy_(laid_out(as_floats(chosen[l]), layer.weight));
  }
  release();
  silence();
  hold(0);
}

void GroupWeights::initialise_anew() const {
  const BuiltNetwork fresh(network_.graph(), seed_, network_.parameters().weights.front().device());
  const std::vector<at::Tensor> to = network_.parameters().all(), from = fresh.parameters().all();
  for (std::size_t k = 0; k < to.size(); ++k) to[k].detach().copy_(from[k]);
  const std::vector<at::Tensor>&statistics = network_.parameters().running_statistics,
        &first = fresh.parameters().running_statistics;
  for (std::size_t k = 0; k < statistics.size(); ++k) statistics[k].copy_(first[k]);
}

WeightMasks GroupWeights::chosen_masks(double ratio) {
  const std::string& method = chosen_settings_.method;
  std::vector<std::vector<float>> weights;
  double all = 0;
  for (const Layer& layer : layers()) {
    weights.push_back(row_major(layer.z));
    all += static_cast<double>(weights.back().size());
  }
  const auto keep = static_cast<std::int64_t>(std::llround(all / ratio));
  const std::uint64_t seed = derive_seed(seed_, "groups", 0);
  const bool far_too = method == "random";
  const std::vector<double> scores =
      far_too || method == from_scratch
          ? drawn_scores(groups_, far_too ? 0 : chosen_settings_.alpha, seed)
          : group_scores(masked_, groups_, weights, method == "cannon" ? chosen_settings_.lambda : 0);
  return best_groups(masked_, groups_, scores, keep);
}

WeightMasks GroupWeights::masks() {
  WeightMasks list;
  for (const Layer& layer : layers()) {
    WeightMask& mask = list.emplace_back();
    for (const float kept : row_major(layer.mask)) mask.push_back(kept != 0 ? 1 : 0);
  }
  return list;
}

void GroupWeights::silence() {
  const at::NoGradGuard no_grad;
  const std::vector<std::vector<std::uint8_t>> living = living_outputs(masked_, masks());
  for (Silenced& silenced : silenced_) {
    std::vector<float> factors;
    for (const ChannelOrigin& from : silenced.origins)
      factors.push_back(
          from.layer < 0 ||
                  living[static_cast<std::size_t>(from.layer)][static_cast<std::size_t>(from.output)] != 0
              ? 1.0F
              : 0.0F);
    silenced.factors.copy_(at::tensor(factors).view_as(silenced.factors));
  }
}

void GroupWeights::hold(double rate) {
  SparseWeights::hold(rate);
  const at::NoGradGuard no_grad;
  for (const Silenced& silenced : silenced_) silenced.values.mul_(silenced.factors);
}

void GroupWeights::restore() {
  SparseWeights::restore();
  silence();
}

}  // namespace flash
