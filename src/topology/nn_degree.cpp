#include "flash/topology/nn_degree.hpp"

#include "flash/topology/skips.hpp"

namespace flash {

std::string_view name(DegreeReading reading) {
  return reading == DegreeReading::links ? "links" : "channels";
}

double cell_degree(DegreeReading reading, int width, int depth, int tc) {
  const auto channels = static_cast<double>(total_skip_channels(width, depth, tc));
  // S_c / (w_c * d_c), where S_c is w_c * SC_c or SC_c.
  const double slots = reading == DegreeReading::links ? depth : static_cast<double>(width) * depth;
  return width + channels / slots;
}

double nn_degree(const Space& space, const Configuration& configuration, DegreeReading reading) {
  double degree = 0;
  for (std::size_t cell = 0; cell < space.cells(); ++cell) {
    const int width = configuration.wm * space.definition().widths[cell];
    degree += cell_degree(reading, width, configuration.depths[cell], configuration.skips[cell]);
  }
  return degree;
}

double cell_mass(int width, int depth, int tc) {
  const auto most = static_cast<double>(total_skip_channels(width, depth, width * (depth - 2)));
  const double density = static_cast<double>(total_skip_channels(width, depth, tc)) / most;
  return density * width * depth;
}

double nn_mass(const Space& space, const Configuration& configuration) {
  double mass = 0;
  for (std::size_t cell = 0; cell < space.cells(); ++cell) {
    const int width = configuration.wm * space.definition().widths[cell];
    mass += cell_mass(width, configuration.depths[cell], configuration.skips[cell]);
  }
  return mass;
}

}  // namespace flash
