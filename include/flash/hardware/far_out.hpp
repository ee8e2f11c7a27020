// Measurements that lie far from what the others let expect.
#pragma once

#include <cstddef>
#include <vector>

#include "flash/hardware/hardware_model.hpp"

namespace flash {

// Robust standard deviations [ours] of the residuals, and the least relative error, beyond both of which a
// measurement is far out.
inline constexpr double far_out_deviations = 4;
inline constexpr double far_out_least = 0.1;

// Which networks of the data are far out: |measured / predicted - 1| above both limits, where prediction and
// deviation are those of the fit (fit_metric's) to the other networks: 1.4826 times the median absolute residual
// of these, times sqrt(n / (n - coefficients)). One measurement that is off draws the fit to all others, but not
// its own. Repeated without what was far out, so that one does not hide another, until no more are; half of the
// networks at most, the farthest. Ascending. None of fewer than 8 networks, which tell nothing of each other.
std::vector<std::size_t> far_out(const FitData& networks);

}  // namespace flash
