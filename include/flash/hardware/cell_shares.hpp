// What one cell costs at many tc, whatever its depth: what a search's tables are made from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <valarray>
#include <vector>

#include "flash/hardware/tile_costs.hpp"

namespace flash {

// One cell at one width. Its layers are worked out once for all depths: from layer 2 on each reads either all
// channels before it, and the sums of these are kept, or tc, and they are then alike. Hence every tc of every
// depth takes constant time.
class CellShares {
 public:
  using Column = std::valarray<double>;  // [k]: at the k-th tc

  // Holds for `deepest` and for strata of the same widths whose cell has fewer layers. The tcs ascend.
  CellShares(const SpaceDefinition& space, const Stratum& deepest, int cell,
             const std::optional<Tiling>& tiling, std::span<const int> tcs);

  std::size_t cells() const { return cells_; }  // of the network
  int cell() const { return cell_; }
  const std::optional<Tiling>& tiling() const { return tiling_; }

  // What the cell costs where it has `depth` layers, at the first `count` tc. The last cell's holds the head.
  Column sum(std::int64_t Costs::*quantity, int depth, std::size_t count) const;
  Column sum(double TileCosts::*quantity, int depth, std::size_t count) const;  // needs a tiling

 private:
  struct LayerCosts {
    Costs costs;
    TileCosts tile_costs;
  };
  template <class Count>
  struct Layers {                 // one quantity of them
    std::vector<Count> full{0};   // [i]: of layers 0 .. i-1 together, each reading all that it can
    std::vector<Count> skipping;  // [k]: of a layer that reads the k-th tc
    std::vector<Count> last;      // [k]: likewise of the last layer, where that puts out the classes
    Count head = 0;
    Column sum(std::span<const std::size_t> below, int depth, std::size_t count) const;
  };
  // Calls take(quantity, what the layer costs of it) for every quantity.
  template <class Take>
  void each(const LayerCosts& layer, const Take& take);

  std::size_t cells_;
  int cell_;
  std::optional<Tiling> tiling_;
  std::vector<std::size_t> below_;  // [i]: how many tcs are less than i times the width
  std::vector<Layers<std::int64_t>> costs_;
  std::vector<Layers<double>> tile_costs_;  // empty without a tiling
};

}  // namespace flash
