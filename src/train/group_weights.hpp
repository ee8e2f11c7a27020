// The weights of a network while groups of a chip's tiles are pruned.
#pragma once

#include "flash/imc/weight_groups.hpp"
#include "sparse_weights.hpp"

namespace flash {

// Each stage chooses among all groups again; those that are gone count as large as they were when they went, and come back
// as that [ours]. What a dead channel's norms and biases would add is 0, so that it sends nothing.
class GroupWeights : public SparseWeights {
 public:
  GroupWeights(const BuiltNetwork& network, const CompressionSettings& settings, std::uint64_t seed);

  void begin(const CompressionPhase& phase) override;
  void hold(double rate) override;
  void restore() override;

 private:
  struct Silenced {
    at::Tensor values, factors;  // of each channel: 0 where it is dead
    std::vector<ChannelOrigin> origins;
  };
  void initialise_anew() const;
  WeightMasks chosen_masks(double ratio);
  WeightMasks masks();
  void silence();  // after masks have changed

  const BuiltNetwork& network_;
  const CompressionSettings& chosen_settings_;
  std::uint64_t seed_;
  std::vector<MaskedLayer> masked_;
  std::vector<WeightGroup> groups_;
  std::vector<Silenced> silenced_;
};

}  // namespace flash
