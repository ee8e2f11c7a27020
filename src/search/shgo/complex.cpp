#include <algorithm>
#include <array>
#include <stdexcept>

#include "complex.hpp"

namespace flash::shgo {
namespace {

constexpr std::size_t most_dimensions = 50;
constexpr double least_side = 0x1p-21;  // of a box

using Point = std::array<double, most_dimensions>;

// Kuhn's rule; the main diagonal is no edge, as the centroid halves it.
bool joined(std::size_t a, std::size_t b, std::size_t full) {
  return a != b && (a ^ b) != full && ((a & b) == a || (a & b) == b);
}

// The k-th corner: opposite ones one after the other, so that a start that is cut short still spans the box.
std::size_t mask_of(std::size_t k, std::size_t full) { return (k & 1U) == 0 ? k / 2 : full - k / 2; }

}  // namespace

Complex::Complex(std::size_t dimension) : dimension_(dimension), vertices_(dimension) {
  if (dimension < 1 || dimension > most_dimensions)
    throw std::invalid_argument("shgo: simplicial sampling works for 1 to 50 variables");
}

// False where the vertex is new and `count` are there.
bool Complex::add_vertex(std::span<const double> point, std::size_t count, std::size_t& vertex) {
  const PointSet::Place place = vertices_.find(point);
  if (!place.known() && size() >= count) return false;
  vertex = place.known() ? place.index : vertices_.insert(place, point);
  return true;
}

// Adds the next box's centroid and corners, and its edges between them. False where `count` vertices were
// reached before its end, and the box can simply be added again, or where boxes get too small.
bool Complex::add_box(std::size_t count) {
  const std::size_t full = (std::size_t{1} << dimension_) - 1;
  Point origin{};
  double side = 1;
  std::size_t mirror = 0;  // the axes along which it is triangulated from above
  if (!sides_.empty()) {
    const std::size_t parent = (sides_.size() - 1) >> dimension_;
    if (sides_[parent] <= least_side) return false;
    side = sides_[parent] / 2;
    mirror = (sides_.size() - 1) & full;
    for (std::size_t j = 0; j < dimension_; ++j)
      origin[j] = origins_[parent * dimension_ + j] + (((mirror >> j) & 1U) != 0 ? side : 0);
  }

  Point place{};
  const std::span<const double> point(place.data(), dimension_);
  for (std::size_t j = 0; j < dimension_; ++j) place[j] = origin[j] + side / 2;
  std::size_t centroid = 0;
  if (!add_vertex(point, count, centroid)) return false;

  std::vector<std::size_t> added;  // the corners so far
  for (std::size_t k = 0; k <= full; ++k) {
    const std::size_t mask = mask_of(k, full);
    for (std::size_t j = 0; j < dimension_; ++j) place[j] = origin[j] + (((mask >> j) & 1U) != 0 ? side : 0);
    std::size_t vertex = 0;
    if (!add_vertex(point, count, vertex)) return false;
    edges_.push_back(std::minmax(centroid, vertex));
    for (std::size_t other = 0; other < k; ++other)
      if (joined(mask ^ mirror, mask_of(other, full) ^ mirror, full))
        edges_.push_back(std::minmax(vertex, added[other]));
    added.push_back(vertex);
  }
  origins_.insert(origins_.end(), origin.data(), origin.data() + dimension_);
  sides_.push_back(side);
  return true;
}

void Complex::grow(std::size_t count) {
  while (size() < count && add_box(count)) {
  }
}

bool Complex::is_split(const Edge& edge) const {
  Point middle{};
  for (std::size_t j = 0; j < dimension_; ++j)
    middle[j] = (vertices_[edge.first][j] + vertices_[edge.second][j]) / 2;
  return vertices_.find({middle.data(), dimension_}).known();
}

std::vector<Edge> Complex::descents(std::span<const std::size_t> ranks) const {
  std::vector<Edge> result;
  std::vector<bool> beaten(size());
  // The newest first, which are seldom split.
  for (std::size_t e = edges_.size(); e-- > 0;) {
    const auto& [u, v] = edges_[e];
    const std::size_t worse = ranks[u] < ranks[v] ? v : u;
    if (ranks[u] == ranks[v] || beaten[worse] || is_split(edges_[e])) continue;
    beaten[worse] = true;
    result.push_back(edges_[e]);
  }
  return result;
}

}  // namespace flash::shgo
