// A latency that is a sum over places: what sweep, exact search and SHGO run on.
#pragma once

#include <cstddef>
#include <vector>

#include "flash/devices/encoding.hpp"

namespace flash {

struct SeparableLatency {
  double intercept = 0;
  std::vector<std::vector<double>> place;  // [place][operator]
  std::vector<double> feature;             // [feature], a unit of it

  double at(const Encoding& encoding, std::size_t network) const;
  // Over the whole space, features left out: the sum of each place's least.
  double least() const;
};

}  // namespace flash
