// What a training does for the chip: accuracies there, and noise on the weights as the chip has it. Internal to the
// room.
#pragma once

#include <cstdint>
#include <vector>

#include "flash/space/space.hpp"
#include "flash/train/batches.hpp"
#include "flash/train/chip_network.hpp"

namespace flash {

// Set by the first images of the training set, 256 or all.
ChipNetwork chip_network(InferenceGraph folded, const Batches& train, const Input& input,
                         const ChipArithmetic& chip, std::uint64_t seed);
// The share of a set's images that it has right.
double chip_accuracy(const ChipNetwork& chip, const Batches& set, const Input& input);

// Normal noise on the weights, drawn anew each step, of each output in proportion to its largest weight (V. Joshi et
// al., Nature Communications 11, 2473, 2020); how much of it, each layer's disturbance by the chip says [ours].
class WeightNoise {
 public:
  // Refers to the tensors, which are those of convolutions and linear layers in the order of the network.
  WeightNoise(std::vector<at::Tensor> weights, std::uint64_t seed);
  void measure(const ChipNetwork& chip);  // throws Error internal where it is of another network
  void add(std::int64_t step);            // a function of seed and step
  void remove();                          // to the last digit
  const at::Tensor& deviations() const { return deviations_; }  // float, one a layer; 0 until measured

 private:
  std::vector<at::Tensor> weights_, before_;
  std::uint64_t seed_;
  at::Tensor deviations_;
};

}  // namespace flash
