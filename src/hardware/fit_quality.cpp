#include "flash/hardware/fit_quality.hpp"

namespace flash {

FitQuality told_quality(const std::function<double(const char*)>& figure) {
  constexpr double most_networks = 1e9;  // beyond it, and of doubles, no conversion is defined
  FitQuality quality;
  if (const double networks = figure("networks"); networks > 0 && networks < most_networks)
    quality.networks = static_cast<std::size_t>(networks);
  quality.r2 = figure("r2");
  quality.mape = figure("mape");
  quality.mape_mean = figure("mape_mean");
  quality.max_error = figure("max_error");
  quality.spearman = figure("spearman");
  return quality;
}

}  // namespace flash
