#include "outline.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace flash::dataset {
namespace {

double radius(double x, double y) { return std::sqrt(x * x + y * y); }
double box(double x, double y, double half_x, double half_y) {
  return std::max(std::abs(x) - half_x, std::abs(y) - half_y);
}

// Three half planes, whose normals are 120 degrees apart.
double triangle(double x, double y) {
  constexpr double half_root_3 = 0.8660254037844386;
  return std::max({y, -0.5 * y + half_root_3 * x, -0.5 * y - half_root_3 * x}) - 0.5;
}

// The five-pointed star is what lies in at least four of five half planes, whose normals are 72 degrees
// apart.
double star(double x, double y) {
  constexpr double c1 = 0.30901699437494745, s1 = 0.9510565162951535;  // of 72 degrees
  constexpr double c2 = -0.8090169943749475, s2 = 0.5877852522924731;  // of 144 degrees
  std::array<double, 5> planes{y, c1 * y + s1 * x, c1 * y - s1 * x, c2 * y + s2 * x, c2 * y - s2 * x};
  std::nth_element(planes.begin(), planes.begin() + 3, planes.end());
  return planes[3] - 0.36;
}

}  // namespace

double distance(Outline outline, double x, double y, double thickness) {
  switch (outline) {
    case Outline::disc:
      return radius(x, y) - 0.85;
    case Outline::ring:
      return std::abs(radius(x, y) - 0.75) - 0.2 * thickness;
    case Outline::square:
      return box(x, y, 0.76, 0.76);
    case Outline::frame:
      return std::abs(box(x, y, 0.68, 0.68)) - 0.18 * thickness;
    case Outline::triangle:
      return triangle(x, y);
    case Outline::plus:
      return std::min(box(x, y, 0.95, 0.28 * thickness), box(x, y, 0.28 * thickness, 0.95));
    case Outline::star:
      return star(x, y);
    case Outline::crescent:
      return std::max(radius(x, y) - 0.9, 0.75 - radius(x - 0.5 / thickness, y));
    case Outline::half_disc:
      return std::max(radius(x, y - 0.45) - 0.98, y - 0.45);
    case Outline::bars:
      return std::max(std::abs(std::abs(x) - 0.55) - 0.23 * thickness, std::abs(y) - 0.85);
    case Outline::stick:
      return box(x, y, 1.0, 0.16 * thickness);
  }
  return 1.0;
}

}  // namespace flash::dataset
