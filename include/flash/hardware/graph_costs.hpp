// The exact metrics [ours]: parameters, multiply-accumulates and peak memory of a forward pass, counted from
// the network, one cell at a time.
//
//   parameters   trained values: weights, biases, the two of a batch norm a channel
//   macs         multiply-accumulates of one image (network/counts.hpp)
//   peak memory  of a forward pass of one image in single precision, 4 bytes a value:
//                all parameters, plus the most that activations take at once (Geometry::peak)
//
// What lives at once the family says: space/geometry/geometry.hpp. So the activations are a maximum over cells,
// parameters a sum, and peak memory has a part of each.
#pragma once

#include <vector>

#include "flash/hardware/features.hpp"
#include "flash/hardware/metric.hpp"

namespace flash {

// A slot's parts of an exact metric at each of its options: what adds up over slots, and (of a metric that
// has_maximum) what the largest of all slots counts of. Both are exact: whole numbers, or multiples of
// 1/256 KiB. `columns` has no tiling.
std::vector<double> exact_sums(Metric metric, FeatureColumns& columns, const Stratum& stratum,
                               std::size_t slot);
std::vector<double> exact_maxima(Metric metric, const Space& space, const Stratum& stratum, std::size_t slot);

// Of a whole network.
double exact_value(Metric metric, const Space& space, const Point& point);

}  // namespace flash
