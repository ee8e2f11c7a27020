// Which layers stay dense because pruning would not pay there on a target (Ren et al., "ADMM-NN", ASPLOS 2019: break-even
// pruning ratios; the loop is ours).
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace flash {

struct ChosenCounts {
  std::vector<std::size_t> keep;  // of each layer's weights
  std::vector<bool> dense;        // those that were to be pruned, but keep all of their weights
};

// As many weights of each layer as may be kept, and the largest share of them at which the layer gains: 1 where it does at
// any share, 0 where at none.
struct LayerGain {
  std::size_t weights = 0;
  double break_even = 1;
};

// Chooses, makes dense what came out above its break-even, and chooses again with these dense, so that the others lose as
// many weights as these have got back, until none is above. `choose`: how many weights each layer keeps where those marked
// keep all. A layer once dense stays so, hence at most as many choices as layers, and one. Of layers above their
// break-even all become dense at once; the same order always. A layer that keeps all by choice is not counted as dense.
ChosenCounts settle_dense(
    std::span<const LayerGain> layers,
    const std::function<std::vector<std::size_t>(const std::vector<bool>& dense)>& choose);

}  // namespace flash
