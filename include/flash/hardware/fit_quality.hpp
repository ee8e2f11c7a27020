// How good a fit was, as archives and models' provenance tell it: by the names of its figures.
#pragma once

#include <functional>

#include "flash/hardware/hardware_model.hpp"

namespace flash {

// `figure` gives a figure by its name, NaN where it is not told; the number of networks may be anything there,
// and counts only within reason.
FitQuality told_quality(const std::function<double(const char*)>& figure);

}  // namespace flash
