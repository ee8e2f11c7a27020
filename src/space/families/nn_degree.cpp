#include "flash/space/families/nn_degree.hpp"

#include "flash/space/families/skips.hpp"

namespace flash {

double cell_degree(DegreeReading reading, int width, int depth, int tc) {
  const auto channels = static_cast<double>(total_skip_channels(width, depth, tc));
  // S_c / (w_c * d_c), where S_c is w_c * SC_c or SC_c.
  const double slots = reading == DegreeReading::links ? depth : static_cast<double>(width) * depth;
  return width + channels / slots;
}

double cell_mass(int width, int depth, int tc) {
  const auto most = static_cast<double>(total_skip_channels(width, depth, width * (depth - 2)));
  const double density = static_cast<double>(total_skip_channels(width, depth, tc)) / most;
  return density * width * depth;
}

}  // namespace flash
