// How much accuracy a network loses by how its cells are compressed [ours]: a sum over cells, fitted on networks that were
// compressed.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/joint/cell_option.hpp"

namespace flash {

// loss = the sum over cells of coefficient * feature, coefficients >= 0. Features, all 0 of a dense cell, all rising as
// less is kept in fewer bits, so that the loss does too:
//   "pruned"         ln(1 / kept)
//   "pruned_hard"    (1 / kept - 1) / 10
//   "levels"         2^(1 - bits)
//   "levels_coarse"  4^(1 - bits)
// each also with " small", times sqrt(weights / the cell's weights), since small cells have less to spare, and with ".0",
// ".1", ..., of that cell alone.
struct LossModel {
  struct Term {
    std::string feature;
    double coefficient = 0;
  };
  double weights = 1;  // of a cell of usual size: geometric mean of those compressed
  // What being trained on adds to the accuracy of whatever is compressed: part of the fit, so that losses of options are
  // told apart from it, but no part of a prediction, which is the worse for it.
  double gain = 0;
  std::vector<Term> terms{};
  // Of one cell, a share of accuracy (0.01: a point); `cell_weights` >= 1.
  double operator()(const CellOption& option, std::size_t slot, double cell_weights) const;
};

inline constexpr std::size_t least_losses = 4;  // samples that a fit needs
// One network that was compressed.
struct LossSample {
  std::string network;                 // samples of one are left out together
  std::vector<CellOption> options{};   // of each slot
  std::vector<double> cell_weights{};  // of each slot
  double loss = 0;  // accuracy before less accuracy after, of the same training; may be below 0
};

struct LossFit {
  LossModel model;
  std::size_t samples = 0, networks = 0;
  double rmse_fit = 0;    // of the samples, gain counted
  double rmse_left = 0;   // of networks that the fit has not seen; NaN where there is one network alone
  double rmse_mean = 0;   // the same where the mean of the others' losses predicts
  double rmse_dense = 0;  // the same where nothing is thought to be lost
  // Whether nothing is gained over the mean of what others lost.
  bool no_better_than_mean() const { return model.terms.empty() || rmse_left >= rmse_mean; }
};

// Non-negative least squares with forward selection of features: one is taken on while the error of networks left out
// falls by 1 % at least. Throws Error bad_data: fewer than least_losses samples, or losses that are not finite.
LossFit fit_loss(std::span<const LossSample> samples);

Json to_json(const LossFit& fit);
LossFit loss_fit_from_json(const Json& json);  // throws Error bad_data

}  // namespace flash
