// A sum over places that is positive at every network of the space.
#pragma once

#include "additive_fit_of_table.hpp"
#include "flash/devices/separable_latency.hpp"

namespace flash {

struct PositiveSum {
  SeparableLatency model;
  bool refitted = false;  // the weights as they were fall below the floor somewhere
};

// The weights with each place's least as part of the intercept. Searches need a positive latency at every network, those
// that no device would run among them: where the least of the space (of the table's values of features) lies below
// 1/100 of the mean, the weights are fitted anew to their own sums at the living networks of the table, none of them
// negative, upon an intercept of that floor [ours]. `weights`: of all operators alone.
PositiveSum positive_sum(const OperatorCells& cells, const AdditiveWeights& weights);

}  // namespace flash
