#include "flash/devices/separable_latency.hpp"

#include <algorithm>

namespace flash {

double SeparableLatency::at(const Encoding& encoding, std::size_t network) const {
  double sum = intercept;
  for (std::size_t p = 0; p < place.size(); ++p) sum += place[p][encoding.at(network, p)];
  for (std::size_t f = 0; f < feature.size(); ++f)
    sum += feature[f] * encoding.values[network * feature.size() + f];
  return sum;
}

double SeparableLatency::least() const {
  double sum = intercept;
  for (const std::vector<double>& weights : place)
    if (!weights.empty()) sum += *std::ranges::min_element(weights);
  return sum;
}

}  // namespace flash
