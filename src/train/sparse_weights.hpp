// The weights of a network while they are being pruned and quantised.
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <vector>

#include "flash/compress/dense_layers.hpp"
#include "flash/compress/projection.hpp"
#include "flash/task/compression.hpp"
#include "flash/train/network.hpp"

namespace flash {

// ADMM in scaled form (Ren et al., ASPLOS 2019): the loss gets sum_l rho/2 |W_l - Z_l + U_l|^2, a round sets Z_l to the
// projection of W_l + U_l and U_l to W_l + U_l - Z_l. rho rises geometrically over the rounds, and U is rescaled when it
// does [ours].
class SparseWeights {
 public:
  SparseWeights(const BuiltNetwork& network, const CompressionSettings& settings);

  // Which weights of each layer remain may only fall: of those that do now so many by the ratio. But a layer that would
  // keep a larger share in the end than its break-even stays dense, or becomes so again, and the others keep fewer.
  // Throws Error bad_job where nothing is left to prune then, or too little.
  void begin_search(double ratio);
  void prune();  // to what the last search, or begin_search, has chosen as counts
  void begin_quantise();
  void begin_snap(double share);
  void release();  // no search or level holds the weights any more

  void add_gradients() const;  // after backward, before a step
  void hold() const;           // after a step: masks, and levels of what is snapped
  struct Round {
    double rho = 0, residual = 0;
  };
  Round end_round();

  // All that changes, for checkpoints, in the order of the layers; and what to do when these have been written to.
  std::vector<at::Tensor> state();
  void restore();

  std::size_t layers() const { return layers_.size(); }
  // Of a layer: which weights are kept and the levels they are on, row-major.
  KeptWeights kept(std::size_t layer) const;
  std::vector<float> values(std::size_t layer) const;
  const Levels& levels(std::size_t layer) const { return layers_[layer].levels; }

 private:
  struct Layer {
    at::Tensor weight;             // the network's own
    at::Tensor mask, z, u, fixed;  // as it lies; fixed: 1 where snapped
    std::size_t node = 0;
    std::size_t keep = 0;
    std::int64_t reuse = 1;  // multiplications a weight
    bool convolution = false;
    int bits = 32;
    double forced_keep = 0;
    double break_even = 1;
    WeightGroups groups;
    Levels levels;
  };
  void choose_counts(double ratio);
  std::vector<std::size_t> shares(const std::vector<LayerWeights>& layers, std::size_t wanted,
                                  const std::vector<bool>& dense) const;
  // Throws Error bad_job where so many layers stay dense that `wanted` weights cannot be all that are kept.
  void check_gain(const ChosenCounts& chosen, std::size_t wanted) const;
  double rho() const;  // of the round under way
  KeptWeights project(const Layer& layer, const std::vector<float>& values) const;
  static Levels levels_of(const Layer& layer, const at::Tensor& values);
  static at::Tensor levelled(const Layer& layer, const at::Tensor& values);

  const CompressionSettings& settings_;
  std::vector<Layer> layers_;
  int round_ = 0;       // of the search under way
  at::Tensor numbers_;  // what of the layers and of this is no tensor
  bool sparse_search_ = false, level_search_ = false;
};

}  // namespace flash
