// What leaving samples out says of a fit; internal to the room.
#pragma once

#include <span>

#include "flash/predict/accuracy_model.hpp"

namespace flash {

// Sets errors_loo, rmse_loo and rmse_loo_mean; predicted[i]: the accuracy of sample i by a fit to the others.
void set_left_out(AccuracyFit& fit, std::span<const double> predicted, std::span<const double> accuracy);

}  // namespace flash
