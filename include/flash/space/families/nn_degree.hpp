// NN-Degree [reconstructed] and NN-Mass [group]: what a topology says of accuracy before any training.
#pragma once

#include "flash/space/families/skips.hpp"

namespace flash {

// How S_c is read in NN-Degree [reconstructed].
enum class DegreeReading {
  links,     // S_c = w_c * SC_c: the true average degree; agrees with NN-Mass (k = w + m/2)
  channels,  // S_c = SC_c: the concatenated channels
};

// One cell's term: w_c + S_c / (w_c * d_c). NN-Degree is the sum over cells, added in the order of the cells.
inline double cell_degree(DegreeReading reading, int width, int depth, int tc) {
  const auto channels = static_cast<double>(total_skip_channels(width, depth, tc));
  // S_c / (w_c * d_c), where S_c is w_c * SC_c or SC_c.
  const double slots = reading == DegreeReading::links ? depth : static_cast<double>(width) * depth;
  return width + channels / slots;
}

// NN-Mass is the sum over cells of rho_c * w_c * d_c, rho_c = SC_c / (the most that SC_c can be).
inline double cell_mass(int width, int depth, int tc) {
  const auto most = static_cast<double>(total_skip_channels(width, depth, width * (depth - 2)));
  const double density = static_cast<double>(total_skip_channels(width, depth, tc)) / most;
  return density * width * depth;
}

}  // namespace flash
