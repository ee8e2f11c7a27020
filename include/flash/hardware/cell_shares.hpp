// What one cell costs at many tc, whatever its depth: what a search's tables are made from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <valarray>
#include <vector>

#include "flash/hardware/tile_costs.hpp"

namespace flash {

// One cell at one width, in constant time for each tc and depth, since each of its layers is worked out once:
// all layers but the first and the last read either all channels before them, whose sums are kept, or tc, and
// are then alike, wherever they stand.
class CellShares {
 public:
  using Column = std::valarray<double>;  // [k]: at the k-th tc

  // For `deepest` and for strata of the same widths whose cell has fewer layers. The tcs ascend.
  CellShares(const SpaceDefinition& space, const Stratum& deepest, int cell,
             const std::optional<Tiling>& tiling, std::span<const int> tcs);

  std::size_t cells() const { return cells_; }  // of the network
  int cell() const { return cell_; }
  const std::optional<Tiling>& tiling() const { return tiling_; }

  // What the cell costs where it has `depth` layers, at the first `count` tc; the last cell's holds the head.
  Column sum(std::int64_t Costs::*quantity, int depth, std::size_t count) const;
  Column sum(double TileCosts::*quantity, int depth, std::size_t count) const;  // needs a tiling

 private:
  struct LayerCosts {
    Costs costs;
    TileCosts tile_costs;
  };
  template <class Count>
  struct Layers {
    std::vector<Count> full{0};   // [i]: of layers 0 .. i-1 together, each reading all that it can
    std::vector<Count> skipping;  // [k]: of a layer that reads the k-th tc
    std::vector<Count> last;      // [k]: likewise of the last layer, where that puts out the classes
    Count head = 0;
    Column sum(std::span<const std::size_t> below, int depth, std::size_t count) const;
  };
  // Calls take(quantity, what the layer costs of it) for all quantities.
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
