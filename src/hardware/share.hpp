// A cell's share of each feature; internal to the room.
#pragma once

#include <optional>
#include <string_view>

#include "flash/hardware/tile_costs.hpp"

namespace flash {

class CellShare {
 public:
  CellShare(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc,
            const std::optional<Tiling>& tiling);

  // Throws Error bad_data where there is no such feature.
  double operator()(std::string_view feature) const;

 private:
  double quantity(std::string_view name, std::string_view feature) const;

  int cell_;
  std::size_t cells_;
  double depth_;  // layers of the cell
  Costs costs_;
  std::optional<TileCosts> tile_costs_;
};

}  // namespace flash
