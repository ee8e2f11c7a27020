// Initial values of what is trained.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <vector>

#include "flash/core/random.hpp"
#include "flash/train/network.hpp"

namespace flash {

// Makes initial values, one after the other from one stream of random numbers.
class Initialiser {
 public:
  Initialiser(std::uint64_t seed, at::Device device, Parameters& parameters)
      : random_(seed, weights_stream), device_(device), parameters_(parameters) {}

  // He et al. 2015, normal with variance 2 / fan_out, fan_out = out * kernel^2 / groups.
  at::Tensor convolution(std::int64_t out, std::int64_t in_per_group, std::int64_t kernel,
                         std::int64_t groups = 1);
  // Uniform in +-1 / sqrt(fan_in), as LibTorch's own linear layers, weight and bias.
  struct Linear {
    at::Tensor weight, bias;
  };
  Linear linear(std::int64_t out, std::int64_t in, std::int64_t kernel);
  // Of a convolution: 0 at first, as He et al. have it.
  at::Tensor bias(std::int64_t channels);
  Affine norm(std::int64_t channels);
  // One value a channel.
  at::Tensor running_statistic(std::int64_t channels, double value);

 private:
  static constexpr std::uint64_t weights_stream = std::uint64_t{1} << 56;
  at::Tensor trained(std::vector<float> values, std::vector<std::int64_t> sizes,
                     std::vector<at::Tensor>& list);
  Philox random_;
  at::Device device_;
  Parameters& parameters_;
};

}  // namespace flash
