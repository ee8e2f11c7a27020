// The features that the analytic hardware models combine: sums over layers, hence sums over cells.
//
// That separability, L(x) = l_0 + sum_c L_c(stratum, tc_c), is what makes a sweep of billions possible
// (FLASH.md section 6 [reconstructed]); a feature that is no sum over cells has no place here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flash/space/space.hpp"

namespace flash {

// Names of the features that a space has: "macs", "parameters", "traffic", "layers", and those of each cell
// alone, "macs.0", "traffic.2" ..., since a cell's image side and width decide how fast its layers run.
std::vector<std::string> feature_names(const SpaceDefinition& space);

// The share of one cell in a feature; the head belongs to the last cell. Non-decreasing in tc.
// Throws Error bad_data where the space has no such feature.
double cell_feature(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc,
                    std::string_view feature);

// A network's features in the order of `names`.
std::vector<double> network_features(const Space& space, const Configuration& configuration,
                                     const std::vector<std::string>& names);

}  // namespace flash
