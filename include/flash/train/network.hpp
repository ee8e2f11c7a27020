// A network that can be trained and run, built from its graph.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "flash/network/network_graph.hpp"
#include "flash/space/space.hpp"
#include "flash/train/gather_norm.hpp"
#include "flash/train/inference_graph.hpp"

namespace flash {

class BlockedConvolution;

// What is trained, by whether weight decay applies to it.
struct Parameters {
  std::vector<at::Tensor> weights;  // of convolutions and linear layers
  std::vector<at::Tensor> norms_and_biases;
  std::vector<at::Tensor>
      running_statistics;  // of norms: they follow the batches, are not trained or counted
  std::vector<at::Tensor> all() const;
  std::int64_t count() const;  // trained values
};

inline constexpr double running_momentum = 0.1;  // of the running statistics, LibTorch's default

class BuiltNetwork {
 public:
  // Weights are a function of the seed.
  BuiltNetwork(NetworkGraph graph, std::uint64_t seed, const at::Device& device);

  ~BuiltNetwork();

  // From now on activations lie as this processor's convolutions like them, where that is quicker in training: the
  // results differ in their last digits. Latency is measured without.
  void use_quickest_layout();

  // Images N x channels x side x side, channels last, to logits N x classes. In training mode batch norms use
  // the batch's statistics and the running ones follow; otherwise the running ones are used.
  at::Tensor forward(const at::Tensor& images, bool training);
  const NetworkGraph& graph() const { return graph_; }
  const Parameters& parameters() const { return parameters_; }
  // Multiply-accumulates for one image, counted in the convolutions as they are run.
  std::int64_t count_macs();
  // What forward(images, false) computes, for export; no norm is folded yet.
  InferenceGraph inference_graph() const;
  // What a node has learned, on the CPU and contiguous: of a convolution the weight; of a linear operator weight
  // (out x in * side^2) and bias; of a norm scale, shift and running statistics of the channels that it reads.
  // Undefined elsewhere.
  struct State {
    at::Tensor weight, bias, running_mean, running_variance;
  };
  State state(std::size_t node) const;
  // The network's own tensors, undefined where there are none: what a node adds to each of its channels (a bias, a norm's
  // shift), and the running mean of each channel of a value that a norm reads.
  at::Tensor shift(std::size_t node) const;
  at::Tensor running_mean(NetworkGraph::Value value) const { return statistics_[value].mean; }

 private:
  using Value = NetworkGraph::Value;
  // The tensors of a node: of a convolution or linear operator, of a norm.
  struct Trained {
    at::Tensor weight, bias;
    Affine norm;
  };
  // The running statistics of a value that a norm reads; undefined elsewhere.
  struct Statistics {
    at::Tensor mean, variance;
  };
  // What is done at once: a gather goes with the norm that alone reads it, a norm with the ReLU that alone does.
  struct Step {
    std::size_t node = 0;  // a norm's, where that is among them
    Value puts_out = 0;
    std::vector<Reading> reading;  // one, of gathers and norms
    bool relu = false;             // of a norm: a ReLU follows in the same step
    std::vector<Value> done;       // values that no later step reads
    bool matters = false;          // to the logits
  };
  void plan();
  Reading reading_of(std::size_t node) const;
  void initialise(std::uint64_t seed, const at::Device& device);
  at::Tensor run(const Step& step, const std::vector<Output>& values, bool training);
  at::Tensor add(const NetworkGraph::Node& node, const std::vector<Output>& values);
  at::Tensor convolve_blocked(std::size_t node, const at::Tensor& x);
  // Every linear operator is a convolution too: oneDNN's is several times faster than the reference BLAS.
  at::Tensor convolve(const Operator& op, const Trained& trained, const at::Tensor& x);
  Output attach_statistics(Value value, const at::Tensor& values, bool training) const;
  Statistics statistics_of(const Reading& reading) const;
  ChannelAffine inference_affine(const Affine& norm, const Reading& reading) const;

  NetworkGraph graph_;
  std::vector<Step> steps_;
  std::vector<Trained> trained_;        // of each node
  std::vector<Statistics> statistics_;  // of each value
  Parameters parameters_;
  std::vector<BlockedConvolution> blocked_;  // of each node, where activations are blocked
  std::int64_t macs_ = 0;                    // of one image, in the last forward pass
};

// Skips and weights are functions of the seed. Throws Error internal if what is counted and what is built
// disagree.
std::unique_ptr<BuiltNetwork> build_network(const Space& space, const Point& point, std::uint64_t seed,
                                            const at::Device& device);

}  // namespace flash
