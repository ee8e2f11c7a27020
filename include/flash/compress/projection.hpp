// Nearest compressed weights: the projections of ADMM (Ren et al., "ADMM-NN", ASPLOS 2019; Ye et al., arXiv 1811.01907).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace flash {

using KeptWeights = std::vector<std::uint8_t>;  // [weight]: 1 kept, 0 pruned

// The `count` largest magnitudes among those allowed (empty: all), of equal ones those of lowest index: the nearest point
// with so many weights that are not 0. count at most the number allowed.
KeptWeights largest(std::span<const float> weights, std::size_t count,
                    std::span<const std::uint8_t> allowed = {});

// Weights that are kept or pruned together: all of an output (filters), or some columns of several outputs, as many as
// an array of a crossbar has of both.
struct WeightGroups {
  std::size_t rows = 0, columns = 0;              // of the matrix
  std::size_t group_rows = 1, group_columns = 1;  // of a group; the last ones may be smaller
  std::size_t count() const;
  std::size_t group(std::size_t weight) const;
};
// The groups of largest norm (L2) until `count` weights are kept, and no more than that, but at least one group.
KeptWeights largest_groups(std::span<const float> weights, const WeightGroups& groups, std::size_t count,
                           std::span<const std::uint8_t> allowed = {});

// Levels +-step, +-2 step ... +-2^(bits - 1) step, without 0.
struct Levels {
  int bits = 0;  // 1 to 8
  double step = 0;
  int code(double weight) const;  // of the nearest level, not 0; of two as near the smaller
};
// The step of least squared error over the kept weights: the exact minimum of a piecewise quadratic function, found by
// walking over all steps at which some weight changes its level; where these are more than 20 million, the best of 256
// steps, each improved until no weight changes its level. At least one weight that is not 0; else the step is 0.
Levels nearest_levels(std::span<const float> weights, std::span<const std::uint8_t> kept, int bits);

// How many weights each layer keeps of `count` in all: those of largest magnitude relative to what is left of their layer,
// w^2 / sum of the squares of all not smaller ones (LAMP; Lee et al., "Layer-adaptive sparsity for the magnitude-based
// pruning", ICLR 2021). No layer is emptied: each keeps one a layer at least, where it may keep any.
struct LayerWeights {
  std::span<const float> weights;
  std::span<const std::uint8_t> allowed;  // empty: all
  double price = 1;                       // scores are divided by it: what a weight costs beside its place
};
std::vector<std::size_t> shares_of_layers(std::span<const LayerWeights> layers, std::size_t count);

}  // namespace flash
