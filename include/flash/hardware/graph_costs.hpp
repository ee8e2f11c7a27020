// The exact metrics [ours]: parameters, multiply-accumulates and peak memory of a forward pass, counted from
// the network, one cell at a time.
//
//   parameters   trained values: weights, biases, the two of a batch norm a channel
//   macs         multiply-accumulates of one image (topology/costs.hpp)
//   peak memory  of a forward pass of one image in single precision, 4 bytes a value:
//                all parameters, plus the most that activations take at once (live_memory.hpp)
//
// Activations are counted in whole outputs. A layer writes its output beside what it reads; batch norm and
// ReLU work in place. Where a cell has skips (tc > 0), a layer from the third on first gathers what it reads:
// the layer before and its t_i channels, in one piece, which is a step of its own. Which channels these are
// is drawn by chance, so that each output of layers 0 .. i-2 is held for layer i whether the draw needs it or
// not: the peak holds for every draw. Without skips a layer reads the one before in place. A depthwise block
// is three steps, the head two: the pooled image and the classes; it belongs to the last cell. The image and
// each cell's input are held until the cell's first layer has read them.
//
// So the activations are a maximum over cells, parameters a sum, and peak memory has a part of each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/hardware/metric.hpp"
#include "flash/space/space.hpp"

namespace flash {

// A cell's parts of an exact metric at each of its skip settings, which ascend: what adds up over cells, and
// (of a metric that has_maximum) what the largest of all cells counts of. Both are exact: whole numbers, or
// multiples of 1/256 KiB. Non-decreasing in tc. A function of the cell's position, widths and depth.
std::vector<double> exact_sums(Metric metric, const SpaceDefinition& space, const Stratum& stratum, int cell,
                               std::span<const int> tcs);
std::vector<double> exact_maxima(Metric metric, const SpaceDefinition& space, const Stratum& stratum,
                                 int cell, std::span<const int> tcs);

// Of a whole network.
double exact_value(Metric metric, const Space& space, const Configuration& configuration);

}  // namespace flash
