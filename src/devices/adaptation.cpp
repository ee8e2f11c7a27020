#include "flash/devices/adaptation.hpp"

#include <array>
#include <limits>
namespace flash {
std::span<const std::string_view> adaptation_methods() {
  static constexpr std::array<std::string_view, 5> names{"raw", "counts", "scratch", "paper", "shared"};
  return names;
}
// A thin one for now: the mean.
Adaptation adapt(const AdaptationInput& input, const AdaptationOptions&) {
  Adaptation result;
  result.method = "counts";
  double mean = 0;
  for (const double value : input.measured) mean += value / static_cast<double>(input.measured.size());
  result.predicted.assign(input.encoding->networks, mean);
  result.model.intercept = mean;
  for (const auto& place : input.encoding->places)
    result.model.place.emplace_back(place.operators.size(), 0.0);
  result.model.feature.assign(input.encoding->features.size(), 0);
  result.raw_srcc = std::numeric_limits<double>::quiet_NaN();
  return result;
}
}  // namespace flash
