// A network of either family, built from its configuration.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "flash/space/space.hpp"
#include "flash/train/inference_graph.hpp"

namespace flash {

// What is trained, by whether weight decay applies to it.
struct Parameters {
  std::vector<at::Tensor> weights;  // of convolutions and linear layers
  std::vector<at::Tensor> norms_and_biases;
  std::vector<at::Tensor>
      running_statistics;  // of norms: they follow the batches, are not trained or counted
  std::vector<at::Tensor> all() const;
  std::int64_t count() const;  // trained values
};

class BuiltNetwork {
 public:
  virtual ~BuiltNetwork() = default;
  // Images N x channels x side x side, channels last, to logits N x classes. In training mode batch norms use
  // the batch's statistics and the running ones follow; otherwise the running ones are used.
  at::Tensor forward(const at::Tensor& images, bool training);
  const Parameters& parameters() const { return parameters_; }
  // Multiply-accumulates for one image, counted in the convolutions as they are run.
  std::int64_t count_macs(const Input& input);
  // What forward(images, false) computes, for export; no norm is folded yet.
  virtual InferenceGraph inference_graph(const Input& input) const = 0;

 protected:
  virtual at::Tensor logits(const at::Tensor& images, bool training) = 0;
  // Every linear layer is a convolution too: oneDNN's is several times faster than the reference BLAS.
  at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int stride,
                      int padding, int groups = 1);
  Parameters parameters_;

 private:
  std::int64_t macs_ = 0;  // of one image, in the last forward pass
};

// Skips and weights are functions of the seed. Throws Error internal if topology and built network disagree.
std::unique_ptr<BuiltNetwork> build_network(const Space& space, const Configuration& configuration,
                                            std::uint64_t seed, const at::Device& device);

}  // namespace flash
