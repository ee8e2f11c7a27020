// What the weights of a cell are kept as: the values of a search's further variables [ours].
#pragma once

#include <string>
#include <vector>

#include "flash/hardware/layer_form.hpp"

namespace flash {

// All layers of a cell alike. Biases and norms are no part of it.
struct CellOption {
  std::string text = "dense";
  Pruned pruned = Pruned::weights;  // what is pruned together, where something is
  double kept = 1;                  // share of the weights, in (0, 1]
  int bits = 32;                    // of a kept weight, 1 to 8; 32: as trained
  bool is_dense() const { return kept == 1 && bits == 32; }
  bool operator==(const CellOption&) const = default;
};

// "dense", "bits 4", "keep 0.25", "keep 0.1 bits 3", "rows 0.5 bits 8", "filters 0.5": keep prunes single weights, rows
// those that share a crossbar's row, filters whole outputs. Throws std::invalid_argument with what is wrong.
CellOption cell_option(const std::string& text);

// Of a job: at least one, "dense" the first, none twice, all pruned in one way, since a network is. At most most_options.
inline constexpr std::size_t most_cell_options = 16;
std::vector<CellOption> cell_options(const std::vector<std::string>& texts);  // throws std::invalid_argument

// How a layer of such a cell is stored on hardware that keeps weights in so many bits at most.
LayerForm layer_form(const CellOption& option, int most_bits = 32);

}  // namespace flash
