// The simplicial complex on which SHGO samples the unit cube.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "point_set.hpp"

namespace flash::shgo {

using Edge = std::pair<std::size_t, std::size_t>;  // two vertices, the lower index first

// The start is the cube's 2^n corners and its centroid: the faces triangulated as Kuhn's (an edge between two
// corners where one is nowhere below the other) and joined to the centroid. Refinement is symmetric: a box
// falls into the 2^n boxes between its corners and its centroid, generation by generation, each triangulated
// from the corner to the centroid, so that neighbours mirror each other and their faces agree. An edge is
// split, and no longer counts, as soon as its midpoint is a vertex.
class Complex {
 public:
  explicit Complex(std::size_t dimension);  // 1 to 50

  // Adds vertices in a fixed order until there are `count`; fewer where the finest grid is reached.
  void grow(std::size_t count);

  std::span<const double> points() const { return vertices_.all(); }  // the vertices, in [0, 1]^n
  std::size_t size() const { return vertices_.size(); }
  const std::vector<Edge>& drawn() const { return edges_; }  // boxes that share an edge draw it each
  bool is_split(const Edge& edge) const;

  // As many of the edges that count as a pool of minimisers needs: from each vertex that has a neighbour of a
  // better (lower) rank to one such.
  std::vector<Edge> descents(std::span<const std::size_t> ranks) const;

 private:
  bool add_box(std::size_t count);
  bool add_vertex(std::span<const double> point, std::size_t count, std::size_t& vertex);

  std::size_t dimension_;
  PointSet vertices_;  // coordinates are multiples of 2^-24, hence exact
  std::vector<Edge> edges_;
  // The boxes added. Number 0 is the cube, the part of box b towards its corner k is number 2^n b + k + 1.
  std::vector<double> origins_;  // n each
  std::vector<double> sides_;
};

}  // namespace flash::shgo
