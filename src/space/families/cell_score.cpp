#include "cell_score.hpp"

#include "cells.hpp"
#include "flash/space/families/nn_degree.hpp"

namespace flash {
namespace {

constexpr std::array names{"nn_degree_links", "nn_degree_channels", "nn_mass"};  // in the order of the kinds

}  // namespace

CellScore::CellScore(const Cells& cells, Kind kind)
    : cells_(cells), kind_(kind), name_(names[static_cast<std::size_t>(kind)]) {}

double CellScore::part(ShapeView shape, std::size_t slot, std::int64_t, std::int64_t option) const {
  return of_cell(cells_.width(shape, slot), cells_.depth(shape, slot), cells_.tc(option));
}

std::vector<double> CellScore::parts(ShapeView shape, std::size_t slot, std::int64_t options) const {
  const int width = cells_.width(shape, slot);
  const int depth = cells_.depth(shape, slot);
  const int first = cells_.tc(0), step = cells_.space().skips.step;
  std::vector<double> parts(static_cast<std::size_t>(options));
  for (int tc = first; double& part : parts) {
    part = of_cell(width, depth, tc);
    tc += step;
  }
  return parts;
}

double CellScore::of_cell(int width, int depth, int tc) const {
  if (kind_ == Kind::mass) return cell_mass(width, depth, tc);
  return cell_degree(kind_ == Kind::links ? DegreeReading::links : DegreeReading::channels, width, depth, tc);
}

}  // namespace flash
