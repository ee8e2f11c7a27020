// The features that the analytic hardware models combine: sums over layers, hence sums over cells.
//
// That separability, L(x) = l_0 + sum_c L_c(stratum, tc_c), is what makes a sweep of billions possible
// (FLASH.md section 6 [reconstructed]); a feature that is no sum over cells has no place here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/hardware/cell_shares.hpp"
#include "flash/space/space.hpp"

namespace flash {

// Names of the features that a space has: "macs", "parameters", "traffic", "layers", and those of each cell
// alone, "macs.0", "traffic.2" ..., since a cell's image side and width decide how fast its layers run.
//
// A target with a tiling has more, likewise with those of each cell: the members of TileCosts by their names,
// and products of a cell's sums, which stand for what no sum over layers can:
//   "hop_flits"    flits * sqrt(tiles): the way to the other tiles of a cell
//   "tile_layers"  tiles * layers: leakage, were all layers of the network equally slow
//   "tile_cycles"  tiles * compute_cycles: leakage while the cell runs
std::vector<std::string> feature_names(const SpaceDefinition& space,
                                       const std::optional<Tiling>& tiling = {});

// The share of one cell in a feature; the head belongs to the last cell. A function of the cell's position,
// width, depth and tc; non-decreasing in tc. Throws Error bad_data where the space, or a target without a
// tiling, has no such feature.
double cell_feature(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc,
                    std::string_view feature, const std::optional<Tiling>& tiling = {});
// Adds to values[k] that share at the k-th tc of `shares`, where the cell has `depth` layers, times the
// coefficient.
void add_cell_feature(std::span<double> values, double coefficient, std::string_view feature,
                      const CellShares& shares, int depth);

// A network's features in the order of `names`.
std::vector<double> network_features(const Space& space, const Configuration& configuration,
                                     const std::vector<std::string>& names,
                                     const std::optional<Tiling>& tiling = {});

}  // namespace flash
