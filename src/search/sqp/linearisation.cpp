// The linear models of objective and constraints.
#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/search/sqp/sqp.hpp"

namespace flash::sqp {
namespace {

constexpr double difference = 1.5e-8;       // forward differences' relative step, eps^(1/2)
constexpr double most_difference = 1e-2;    // relative to the bounds' distance
constexpr double least_difference = 1e-14;  // relative to x, whose rounding is a part of it
constexpr double large_constant = 1e3;      // in the objective, relative to its spread
constexpr double parallel = 1e-12;          // the squared distance of normals that are taken for one
constexpr double epsilon = std::numeric_limits<double>::epsilon();

}  // namespace

// Forward differences; backward where the step would leave the bounds; central ones, at twice the
// evaluations, once asked for.
bool Solver::differentiate(Problem& problem, const Tolerances& tolerances) {
  const double size = std::abs(here_.objective);
  const double noisy = size > large_constant * tolerances.spread
                           ? std::min(most_difference, std::sqrt(epsilon * size / tolerances.spread))
                           : 0;
  std::ranges::copy(here_.x, there_.x.begin());
  std::ranges::copy(here_.x, behind_.x.begin());
  for (std::size_t j = 0; j < variables_; ++j) {
    const double middle = here_.x[j], width = upper_[j] - lower_[j];
    const double step = std::min(
        std::max({difference * scale(j), noisy * width, least_difference * std::abs(middle)}), width / 2);
    double &shifted = there_.x[j], &opposite = behind_.x[j];
    const bool has_room = upper_[j] > lower_[j];
    const bool both = central_ && has_room && middle - step >= lower_[j] && middle + step <= upper_[j];
    if (has_room) {
      shifted = middle + step <= upper_[j] ? middle + step : middle - step;
      if (!problem.evaluate(there_.x, there_.objective, there_.constraints)) return false;
    }
    if (both) {
      opposite = middle - step;
      if (!problem.evaluate(behind_.x, behind_.objective, behind_.constraints)) return false;
    }
    const auto slope = [&](double here, double there, double behind) {
      double quotient = both ? (there - behind) / (shifted - opposite) : (there - here) / (shifted - middle);
      if (both && !std::isfinite(quotient)) quotient = (there - here) / (shifted - middle);
      return has_room && std::isfinite(quotient) ? quotient : 0;
    };
    gradient_[j] = slope(here_.objective, there_.objective, behind_.objective);
    for (std::size_t i = 0; i < constraints_; ++i)
      jacobian_[i * stride_ + j] = slope(here_.constraints[i], there_.constraints[i], behind_.constraints[i]);
    shifted = opposite = middle;
  }
  return true;
}

// How often the k-th gradient is the negative of the i-th; 0 where it is another.
double Solver::opposite(std::size_t i, std::size_t k) const {
  const double *a = &jacobian_[i * stride_], *b = &jacobian_[k * stride_];
  double aa = 0, bb = 0, distance = 0;
  for (std::size_t j = 0; j < variables_; ++j) {
    aa += a[j] * a[j];
    bb += b[j] * b[j];
  }
  const double ratio = std::sqrt(bb / aa);
  if (!(ratio > 0) || !std::isfinite(ratio)) return 0;
  for (std::size_t j = 0; j < variables_; ++j) {
    const double rest = ratio * a[j] + b[j];
    distance += rest * rest;
  }
  return distance <= parallel * bb ? ratio : 0;
}

// Two constraints that leave nothing between them are an equality, and at odds by a rounding: they get one
// normal, and both are let down by half of what the tolerance allows.
void Solver::make_room(double feasibility) {
  std::ranges::fill(room_, 0.0);
  for (std::size_t i = 0; i < constraints_; ++i)
    for (std::size_t k = 0; k < i; ++k) {
      const double a = here_.constraints[i], b = here_.constraints[k];
      if (a > feasibility && b > feasibility) continue;
      const double ratio = opposite(i, k);
      if (ratio == 0 || ratio * a + b > feasibility * (1 + ratio)) continue;
      for (std::size_t j = 0; j < variables_; ++j)
        jacobian_[k * stride_ + j] = -ratio * jacobian_[i * stride_ + j];
      room_[i] = room_[k] = feasibility / 2;
    }
  for (std::size_t i = 0; i < constraints_; ++i) offsets_[i] = here_.constraints[i] + room_[i];
}

}  // namespace flash::sqp
