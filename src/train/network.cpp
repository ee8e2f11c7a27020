#include "flash/train/network.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "cells.hpp"
#include "flash/core/error.hpp"
#include "flash/topology/skips.hpp"

namespace flash {

std::vector<at::Tensor> Parameters::all() const {
  std::vector<at::Tensor> list = weights;
  list.insert(list.end(), norms_and_biases.begin(), norms_and_biases.end());
  return list;
}

std::int64_t Parameters::count() const {
  std::int64_t count = 0;
  for (const at::Tensor& tensor : all()) count += tensor.numel();
  return count;
}

at::Tensor BuiltNetwork::forward(const at::Tensor& images, bool training) {
  macs_ = 0;
  return logits(images, training);
}

std::int64_t BuiltNetwork::count_macs(const Input& input) {
  const at::NoGradGuard no_grad;
  const at::Tensor& any = parameters_.weights.front();
  forward(at::zeros({1, input.channels, input.side, input.side}, any.options().requires_grad(false)), false);
  return macs_;
}

at::Tensor BuiltNetwork::convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                  int stride, int padding, int groups) {
  // at::conv2d leaves oneDNN for small inputs of batch 1, for a loop ten times slower: a latency would then
  // fall where skips push a layer over that limit.
  const bool direct =
      x.device().is_cpu() && !at::GradMode::is_enabled() && at::globalContext().userEnabledMkldnn();
  const at::Tensor y =
      direct ? at::mkldnn_convolution(x, weight, bias.defined() ? c10::make_optional(bias) : c10::nullopt,
                                      c10::IntArrayRef({padding, padding}),
                                      c10::IntArrayRef({stride, stride}), c10::IntArrayRef({1, 1}), groups)
             : at::conv2d(x, weight, bias, stride, padding, /*dilation=*/1, groups);
  macs_ += weight.numel() * y.size(2) * y.size(3);
  return y;
}

at::Tensor Initialiser::trained(std::vector<float> values, std::vector<std::int64_t> sizes,
                                std::vector<at::Tensor>& list) {
  const at::Tensor tensor = at::tensor(values).view(sizes).to(device_);
  const at::Tensor laid_out = sizes.size() == 4 ? tensor.contiguous(at::MemoryFormat::ChannelsLast) : tensor;
  laid_out.set_requires_grad(true);
  list.push_back(laid_out);
  return laid_out;
}

at::Tensor Initialiser::convolution(std::int64_t out, std::int64_t in_per_group, std::int64_t kernel,
                                    std::int64_t groups) {
  const double fan_out = static_cast<double>(out * kernel * kernel) / static_cast<double>(groups);
  const double deviation = std::sqrt(2.0 / fan_out);
  std::vector<float> values(static_cast<std::size_t>(out * in_per_group * kernel * kernel));
  for (float& value : values) value = static_cast<float>(deviation * random_.normal());
  return trained(std::move(values), {out, in_per_group, kernel, kernel}, parameters_.weights);
}

Initialiser::Linear Initialiser::linear(std::int64_t out, std::int64_t in, std::int64_t kernel) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(in * kernel * kernel));
  const auto draw = [&](std::int64_t count) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = static_cast<float>(bound * (2.0 * random_.uniform() - 1.0));
    return values;
  };
  const at::Tensor weight =
      trained(draw(out * in * kernel * kernel), {out, in, kernel, kernel}, parameters_.weights);
  return {weight, trained(draw(out), {out}, parameters_.norms_and_biases)};
}

Affine Initialiser::norm(std::int64_t channels) {
  const auto size = static_cast<std::size_t>(channels);
  const at::Tensor gamma = trained(std::vector<float>(size, 1.0F), {channels}, parameters_.norms_and_biases);
  return {gamma, trained(std::vector<float>(size, 0.0F), {channels}, parameters_.norms_and_biases)};
}

at::Tensor Initialiser::running_statistic(std::int64_t channels, double value) {
  std::vector<at::Tensor>& list = parameters_.running_statistics;
  list.push_back(at::full({channels}, value, at::TensorOptions(device_).dtype(at::kFloat)));
  return list.back();
}

std::vector<Reading> cell_readings(const std::vector<Layer>& layers, int tc, std::uint64_t seed) {
  std::vector<Reading> readings;
  const int width = layers.front().out;
  for (const Layer& layer : layers)
    readings.emplace_back(std::max(layer.index - 1, 0), width,
                          skip_sources(seed, layer.cell, layer.index, width, tc));
  return readings;
}

std::unique_ptr<BuiltNetwork> build_network(const Space& space, const Configuration& configuration,
                                            std::uint64_t seed, const at::Device& device) {
  const Blueprint blueprint{space, configuration, space.stratum_of(space.id(configuration)), seed, device};
  std::unique_ptr<BuiltNetwork> network = space.definition().family == Family::mlp_cells
                                              ? build_mlp_cells(blueprint)
                                              : build_dense_cells(blueprint);
  // The search believes in the costs that come from topology alone.
  if (network->parameters().count() != network_costs(space, configuration).parameters)
    throw Error(ExitCode::internal, "the built network has " + std::to_string(network->parameters().count()) +
                                        " parameters, its topology " +
                                        std::to_string(network_costs(space, configuration).parameters));
  return network;
}

}  // namespace flash
