// The weights of a network while SmartDeal decomposes them.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "flash/compress/deal_training.hpp"
#include "weights_under_compression.hpp"

namespace flash {

// X. Chen et al., "SmartDeal", arXiv 2101.01163, by its released code where no mark says otherwise. Structural sharing:
// group_rows filters keep the same rows of kernels; layers share what the ratio leaves by LAMP [ours]. Decomposed after
// every epoch, and trained between freely but for what is zero.
// At last the network has what a file keeps after every step: powers of two follow weights that are trained beside [ours],
// or, in a phase of switching, double and halve by votes, fewer as the learning rate falls, and bases move
// (flash/compress/deal_training.hpp).
// Layers with bits of their own are on levels, and what is below a level is kept in single precision.
class DealWeights : public WeightsUnderCompression {
 public:
  DealWeights(const BuiltNetwork& network, const CompressionSettings& settings);

  void begin(const CompressionPhase& phase) override;
  void add_gradients() override;
  void hold(double rate) override;
  void end_epoch() override;
  std::vector<at::Tensor> state() override;
  void restore() override;
  std::vector<at::Tensor> chosen() override { return state(); }
  CompressedMatrix matrix(std::size_t layer) const override { return matrix_of(layers_[layer]); }

 private:
  struct Layer {
    at::Tensor weight;                  // the network's own
    at::Tensor mask;                    // as it lies
    std::size_t rows = 0, columns = 0;  // of the matrix
    std::size_t width = 0, of_row = 0;  // so many rows of width are one of the matrix
    int bits = 0;                       // of levels; 0: decomposed
    double forced_keep = 0;             // share of its weights; 0: by the ratio
    KeptWeights kept;                   // [row of width]
    DealTraining deal;
    Levels levels;
    std::vector<float> fine;      // of levels: what they are rounded from
    std::vector<float> gradient;  // of a step
  };
  void prune(double ratio);
  void decompose(Layer& layer) const;
  static CompressedMatrix matrix_of(const Layer& layer);
  static void write(const Layer& layer);  // what the layer's matrix says, into the network
  void renew_masks();

  const CompressionSettings& settings_;
  std::vector<Layer> layers_;
  bool decomposes_ = false;                // after every epoch
  bool fixed_ = false, switches_ = false;  // the weights are the decomposition's; powers of two move
  at::Tensor numbers_;                     // all that changes
};

}  // namespace flash
