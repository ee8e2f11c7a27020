// The simplicial complex on which SHGO samples the unit cube.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

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

  std::size_t size() const { return vertices_.size(); }
  std::vector<double> point(std::size_t vertex) const;  // in [0, 1]^n
  std::vector<Edge> edges() const;                      // those not split, ascending

 private:
  // Coordinates are multiples of 2^-24 of the cube's side, hence exact.
  using Grid = std::vector<std::uint32_t>;
  struct Box {
    Grid origin;
    std::uint32_t side;
    std::size_t mirror;  // the axes along which it is triangulated from above
  };
  struct Hash {
    std::size_t operator()(const Grid& grid) const;
  };
  bool add(const Box& box, std::size_t count);
  std::size_t vertex(const Grid& grid);
  Grid corner(const Box& box, std::size_t mask) const;

  std::size_t dimension_;
  std::vector<Grid> vertices_;
  std::unordered_map<Grid, std::size_t, Hash> index_;
  std::vector<Edge> edges_;
  std::deque<Box> boxes_;  // still to be added, in order of generation
};

}  // namespace flash::shgo
