// Sobol sampling for SHGO: the points, and which of them are neighbours.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "complex.hpp"
#include "flash/search/shgo/shgo.hpp"

namespace flash::shgo {

// The first `count` points of the unscrambled Sobol sequence in [0, 1)^n, Gray-code order, with the direction
// numbers of S. Joe, F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM
// J. Sci. Comput. 30, 2008 (new-joe-kuo-6); one after the other. 1 <= n <= sobol_dimensions; count <= 2^31.
std::vector<double> sobol_points(std::size_t dimension, std::size_t count);

// In the Gabriel graph two points are neighbours where no third lies in the ball on them as poles. It stands
// for the Delaunay triangulation that SHGO's paper uses, which costs too much from four dimensions on: it is
// connected and a part of Delaunay's graph, so every minimiser of that one is a minimiser here too and none
// is lost. Returned are as many of its edges as a pool of minimisers needs: from each point that has a
// neighbour of a better (lower) rank to one such. `points` holds the coordinates of ranks.size()
// points one after the other.
std::vector<Edge> gabriel_descents(std::span<const double> points, std::span<const std::size_t> ranks);

}  // namespace flash::shgo
