#include "flash/compress/dense_layers.hpp"

namespace flash {

ChosenCounts settle_dense(
    std::span<const LayerGain> layers,
    const std::function<std::vector<std::size_t>(const std::vector<bool>& dense)>& choose) {
  ChosenCounts chosen;
  chosen.dense.assign(layers.size(), false);
  for (bool settled = false; !settled;) {
    settled = true;
    chosen.keep = choose(chosen.dense);
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const auto all = static_cast<double>(layers[l].weights);
      const std::size_t keep = chosen.keep[l];
      if (chosen.dense[l] || keep >= layers[l].weights) continue;
      if (static_cast<double>(keep) <= layers[l].break_even * all) continue;
      chosen.dense[l] = true;
      settled = false;
    }
  }
  return chosen;
}

}  // namespace flash
