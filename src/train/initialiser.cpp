#include "initialiser.hpp"

#include <ATen/ATen.h>

#include <cmath>

namespace flash {

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

at::Tensor Initialiser::bias(std::int64_t channels) {
  return trained(std::vector<float>(static_cast<std::size_t>(channels), 0.0F), {channels},
                 parameters_.norms_and_biases);
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

}  // namespace flash
