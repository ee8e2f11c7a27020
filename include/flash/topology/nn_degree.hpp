// NN-Degree [reconstructed] and NN-Mass [group]: what a topology says of accuracy before any training.
#pragma once

#include <string_view>

#include "flash/space/space.hpp"

namespace flash {

// How S_c is read in NN-Degree (FLASH.md section 4).
enum class DegreeReading {
  links,     // S_c = w_c * SC_c: the true average degree; agrees with NN-Mass (k = w + m/2)
  channels,  // S_c = SC_c: the concatenated channels
};
std::string_view name(DegreeReading reading);

// One cell's term: w_c + S_c / (w_c * d_c). NN-Degree is the sum over cells, added in the order of the cells.
double cell_degree(DegreeReading reading, int width, int depth, int tc);
double nn_degree(const Space& space, const Configuration& configuration, DegreeReading reading);

// NN-Mass: sum over cells of rho_c * w_c * d_c, rho_c = SC_c / (the most that SC_c can be).
double cell_mass(int width, int depth, int tc);
double nn_mass(const Space& space, const Configuration& configuration);

}  // namespace flash
