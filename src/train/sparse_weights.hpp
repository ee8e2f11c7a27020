// The weights of a network while they are being pruned and quantised.
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <vector>

#include "flash/compress/dense_layers.hpp"
#include "weights_under_compression.hpp"

namespace flash {

// ADMM in scaled form (Ren et al., ASPLOS 2019): the loss gets sum_l rho/2 |W_l - Z_l + U_l|^2, a round sets Z_l to the
// projection of W_l + U_l and U_l to W_l + U_l - Z_l. rho rises geometrically over the rounds, and U is rescaled when it
// does [ours].
class SparseWeights : public WeightsUnderCompression {
 public:
  SparseWeights(const BuiltNetwork& network, const CompressionSettings& settings);

  void begin(const CompressionPhase& phase) override;
  void add_gradients() override;
  void hold(double rate) override;
  double end_round() override;
  std::vector<at::Tensor> state() override;
  void restore() override;
  CompressedMatrix matrix(std::size_t layer) const override;

 protected:
  struct Layer {
    at::Tensor weight;             // the network's own
    at::Tensor mask, z, u, fixed;  // as it lies; fixed: 1 where snapped
    std::size_t node = 0;
    std::size_t keep = 0;
    std::int64_t reuse = 1;  // multiplications a weight
    bool convolution = false;
    int bits = 32;
    double forced_keep = 0;
    int part = -1;
    double break_even = 1;
    WeightGroups groups;
    Levels levels;
  };
  std::vector<Layer>& layers() { return layers_; }
  void release();  // no search or level holds the weights any more

 private:
  // Which weights of each layer remain may only fall: of those that do now so many by the ratio. But a layer that would
  // keep a larger share in the end than its break-even stays dense, or becomes so again, and the others keep fewer.
  // Throws Error bad_job where nothing is left to prune then, or too little.
  void begin_search(double ratio);
  void prune();  // to what the last search, or begin_search, has chosen as counts
  void begin_quantise();
  void begin_snap(double share);
  void choose_counts(double ratio);
  std::vector<std::size_t> shares(const std::vector<LayerWeights>& layers, double ratio,
                                  const std::vector<bool>& dense) const;
  // Of the layers that keep a share together; 0 of others. On the way there, at a lower ratio, they keep more.
  std::vector<std::size_t> shares_of_parts(const std::vector<LayerWeights>& layers, double ratio) const;
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
