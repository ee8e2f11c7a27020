// What a fitted model rests on: how sure its predictions are, and where no measurement backs them any more.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

inline constexpr double band_confidence = 0.95;

// Of a linear model in some features, fitted to `networks` by least squares on relative errors. Of a model of which
// cross-validation's errors alone are known (adapted from other devices), `networks` and `inverse` are empty: its band
// is the same share of every prediction, and nothing is outside.
struct FitSupport {
  std::vector<std::vector<double>>
      networks;      // features of each fitted network, in the order of the model's terms
  double sigma = 0;  // standard deviation of a measurement about its prediction, relative to that and
                     // in units of sqrt(1 + leverage): of networks that the fit has not seen; more
                     // where their errors have longer tails than a normal distribution's
  int degrees_of_freedom = 0;   // networks less coefficients, errors less 1; 0: the band is unknown
  std::vector<double> inverse;  // (X^T X)^-1, row-major, intercept first; the rows of X are those of the
                                // networks (1, features) divided by their measurements

  // Half width of the 95 % prediction band at a network whose prediction is `value`, in the metric's unit: of
  // 100 networks like the fitted ones about 95 are measured within it [ours] (Student t times sigma, wider by
  // the leverage, which counts the coefficients that non-negativity holds at 0 as known). A band of the mean,
  // which says how well the model's coefficients are known, would be narrower. NaN where unknown.
  double band(std::span<const double> features, double value) const;

  // Whether the features lie outside the convex hull of the fitted networks', by more than a hundredth of the
  // range that these cover: a prediction there is an extrapolation.
  bool outside(std::span<const double> features) const;
};

Json to_json(const FitSupport& support);
FitSupport fit_support_from_json(const Json& json, std::size_t terms);  // throws Error bad_data

}  // namespace flash
