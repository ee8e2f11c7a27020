// The weights of a network while a method compresses them: what the loop of phases asks of every method.
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "flash/compress/projection.hpp"
#include "flash/fcn/compressed_network.hpp"
#include "flash/task/compression.hpp"
#include "flash/train/network.hpp"

namespace flash {

class WeightsUnderCompression {
 public:
  virtual ~WeightsUnderCompression() = default;

  virtual void begin(const CompressionPhase& phase) = 0;
  virtual void add_gradients() = 0;    // after backward, before a step
  virtual void hold(double rate) = 0;  // after a step of that learning rate
  // Of a search: |W - Z| / |W| of all layers, before the duals follow.
  virtual double end_round() { return 0; }
  // Before an epoch is judged: the network then has what a file would keep, or the phase is one of no choice.
  virtual void end_epoch() {}

  // All that changes, for checkpoints; restore() when these have been written to.
  virtual std::vector<at::Tensor> state() = 0;
  virtual void restore() = 0;
  // What an epoch that is gone back to needs of it beside the network's own weights.
  virtual std::vector<at::Tensor> chosen() { return {}; }

  // Of a layer, from 0 in the order in which they run.
  virtual CompressedMatrix matrix(std::size_t layer) const = 0;
};

// Of settings.method. The seed draws what a method draws.
std::unique_ptr<WeightsUnderCompression> weights_under_compression(const BuiltNetwork& network,
                                                                   const CompressionSettings& settings,
                                                                   std::uint64_t seed);

// A tensor's values row-major, on the CPU, whatever its layout.
inline std::vector<float> row_major(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().to(at::kCPU, at::kFloat).contiguous(at::MemoryFormat::Contiguous);
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

// The other way, laid out as `like`.
inline at::Tensor laid_out(std::vector<float> values, const at::Tensor& like) {
  const at::Tensor plain = at::from_blob(values.data(), like.sizes()).clone();
  return at::empty_like(like).copy_(plain).detach();
}

inline std::vector<float> as_floats(const KeptWeights& kept) { return {kept.begin(), kept.end()}; }

// Kept weights on the levels nearest to them.
CompressedMatrix levels_matrix(std::size_t rows, std::size_t columns, const std::vector<float>& values,
                               const KeptWeights& kept, const Levels& levels);

}  // namespace flash
