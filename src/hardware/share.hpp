// A cell's share of each feature; internal to the room.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "flash/hardware/tile_costs.hpp"

namespace flash {

// A feature's name, looked up once.
struct FeatureId {
  std::size_t quantity = 0;
  int cell = -1;  // -1: all cells
};
// Throws Error bad_data where there is no such feature.
FeatureId find_feature(std::string_view feature, std::size_t cells, bool tiled);
std::vector<FeatureId> find_features(const std::vector<std::string>& names, std::size_t cells, bool tiled);

// What one cell costs at one tc.
struct CellShare {
  int cell = 0;
  double depth = 0;  // layers of the cell
  Costs costs;
  TileCosts tile_costs;  // 0 without a tiling

  double operator()(FeatureId feature) const;
};

// One cell at any tc, in constant time: all layers but the first and the last read either all channels
// before them, whose sums are kept, or tc, and are then alike. A search's tables hold a value for every tc.
class CellShares {
 public:
  // Space and stratum must outlive this.
  CellShares(const SpaceDefinition& space, const Stratum& stratum, int cell,
             const std::optional<Tiling>& tiling);
  CellShare at(int tc) const;

 private:
  CellShare layer_share(int index, int tc) const;

  const SpaceDefinition& space_;
  const Stratum& stratum_;
  int cell_;
  std::optional<Tiling> tiling_;
  int width_;
  int depth_;
  std::vector<CellShare> full_;  // full_[i]: layers 0 .. i-1, each reading all that it can; and the head
};

}  // namespace flash
