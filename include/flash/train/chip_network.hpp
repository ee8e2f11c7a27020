// A trained network as the imc chip computes it: convolutions and linear layers in crossbars, whatever else in digital
// form, as in the network in whole numbers of 8 bits (quantisation.hpp).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "flash/task/chip_arithmetic.hpp"
#include "flash/train/inference_graph.hpp"
#include "flash/train/quantisation.hpp"

namespace flash {

class CrossbarMatrix;

class ChipNetwork {
 public:
  // `images`: normalised, N x C x H x W, of the training set: by what they lead to activations are scaled and, unless
  // the ADCs cover the whole range, converters set, layer by layer, each behind what the chip makes of those before.
  // ADCs: a range a crossbar and place of a cell in its weight. `seed` decides which cells are stuck, and all noise.
  // Throws Error bad_job as check_chip_arithmetic; bad_data where values are not finite.
  ChipNetwork(InferenceGraph folded, const at::Tensor& images, const ChipArithmetic& chip,
              std::uint64_t seed);
  ~ChipNetwork();
  ChipNetwork(ChipNetwork&&) noexcept;

  // Logits, N x classes. Read noise is a function of the seed and `draw`.
  at::Tensor logits(const at::Tensor& images, std::uint64_t draw) const;
  // The same in whole numbers, by perfect cells and ADCs.
  at::Tensor ideal_logits(const at::Tensor& images) const;
  // Of each convolution and linear layer, in the graph's order: a noise on its weights that disturbs its outputs as
  // much as the chip does with these images, relative to the largest weight of an output [ours].
  std::vector<double> equivalent_noise() const;

 private:
  InferenceGraph graph_;
  at::Tensor images_;
  ActivationScales scales_;
  std::vector<std::unique_ptr<CrossbarMatrix>> matrices_;  // of each node; null: it has none
};

}  // namespace flash
