// SHGO's minimiser pool.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "complex.hpp"
#include "function.hpp"

namespace flash::shgo {

// Each vertex's place in the order of values, best first: 0, 1, ... Of equal values the one with the lesser
// coordinates counts as better, so that a plateau has one start; vertices at the same point (integer
// variables have many) share their rank. `points` holds the vertices' coordinates one after the other.
std::vector<std::size_t> ranks(std::span<const Value> values, std::span<const double> points);

// One vertex for each feasible point that is better than all of its neighbours, best first. `descents`:
// from each vertex that has a better neighbour an edge to one such, more edges do no harm. Where no vertex is
// feasible: up to `fallbacks` of those that miss by least, first those that miss by less than all of their
// neighbours.
std::vector<std::size_t> minimiser_pool(std::span<const Value> values, std::span<const std::size_t> ranks,
                                        const std::vector<Edge>& descents, std::size_t fallbacks);

}  // namespace flash::shgo
