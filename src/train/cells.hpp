// The two families of networks and what they share.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/topology/costs.hpp"
#include "flash/train/gather_norm.hpp"
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

// What each layer of a cell reads; [i] for layer i >= 1.
std::vector<Reading> cell_readings(const std::vector<Layer>& layers, int tc, std::uint64_t seed);

// What a network is built from.
struct Blueprint {
  const Space& space;
  const Configuration& configuration;
  const Stratum& stratum;
  std::uint64_t seed;
  at::Device device;
};
std::unique_ptr<BuiltNetwork> build_dense_cells(const Blueprint& blueprint);
std::unique_ptr<BuiltNetwork> build_mlp_cells(const Blueprint& blueprint);

}  // namespace flash
