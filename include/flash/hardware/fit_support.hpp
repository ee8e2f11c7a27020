// What a fitted model rests on: how sure its predictions are, and where no measurement backs them any more.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

// Of a linear model in some features, fitted to `networks` by least squares on relative errors.
struct FitSupport {
  std::vector<std::vector<double>>
      networks;                 // features of each fitted network, in the order of the model's terms
  double sigma = 0;             // residual standard deviation, relative to the prediction
  int degrees_of_freedom = 0;   // networks less coefficients; 0: the band is unknown
  std::vector<double> inverse;  // (X^T X)^-1, row-major, intercept first; the rows of X are those of the
                                // networks (1, features) divided by their measurements

  // Half width of the 95 % confidence band of the model at a network whose prediction is `value`, in the
  // metric's unit (Student t; the coefficients that non-negativity holds at 0 count as known). NaN where
  // unknown.
  double band(std::span<const double> features, double value) const;

  // Whether the features lie outside the convex hull of the fitted networks', by more than a hundredth of the
  // range that these cover: a prediction there is an extrapolation.
  bool outside(std::span<const double> features) const;
};

Json to_json(const FitSupport& support);
FitSupport fit_support_from_json(const Json& json, std::size_t terms);  // throws Error bad_data

}  // namespace flash
