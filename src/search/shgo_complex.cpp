#include <algorithm>
#include <bit>
#include <stdexcept>

#include "flash/search/shgo/complex.hpp"

namespace flash::shgo {
namespace {

constexpr std::uint32_t cube_side = 1U << 24;
constexpr std::size_t most_dimensions = 50;
constexpr std::uint32_t least_side = 8;  // of a box: its edges' midpoints, and its halves', stay integers

// Kuhn's rule; the main diagonal is no edge, as the centroid halves it.
bool joined(std::size_t a, std::size_t b, std::size_t full) {
  return a != b && (a ^ b) != full && ((a & b) == a || (a & b) == b);
}

}  // namespace

Complex::Complex(std::size_t dimension) : dimension_(dimension) {
  if (dimension < 1 || dimension > most_dimensions)
    throw std::invalid_argument("shgo: simplicial sampling works for 1 to 50 variables");
  boxes_.push_back({Grid(dimension, 0), cube_side, 0});
}

std::size_t Complex::Hash::operator()(const Grid& grid) const {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::uint32_t value : grid) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
  }
  return static_cast<std::size_t>(hash);
}

Complex::Grid Complex::corner(const Box& box, std::size_t mask) const {
  Grid grid = box.origin;
  for (std::size_t j = 0; j < dimension_; ++j)
    if ((mask >> j) & 1U) grid[j] += box.side;
  return grid;
}

std::size_t Complex::vertex(const Grid& grid) {
  const auto [place, is_new] = index_.try_emplace(grid, vertices_.size());
  if (is_new) vertices_.push_back(grid);
  return place->second;
}

// Adds the box's centroid and corners, and its edges between them. False where `count` vertices were reached
// before its end; the box can then simply be added again.
bool Complex::add(const Box& box, std::size_t count) {
  const std::size_t corners = std::size_t{1} << dimension_;
  Grid centre = box.origin;
  for (std::uint32_t& coordinate : centre) coordinate += box.side / 2;
  if (vertices_.size() >= count && !index_.contains(centre)) return false;
  const std::size_t centroid = vertex(centre);

  std::vector<std::size_t> added;  // the corners so far
  for (std::size_t k = 0; k < corners; ++k) {
    // Opposite corners one after the other: a start that is cut short still spans the box.
    const std::size_t mask = (k & 1U) == 0 ? k / 2 : corners - 1 - k / 2;
    const Grid grid = corner(box, mask);
    if (vertices_.size() >= count && !index_.contains(grid)) return false;
    added.push_back(vertex(grid));
    edges_.push_back(std::minmax(centroid, added[k]));
    for (std::size_t other = 0; other < k; ++other) {
      const std::size_t earlier = (other & 1U) == 0 ? other / 2 : corners - 1 - other / 2;
      if (joined(mask ^ box.mirror, earlier ^ box.mirror, corners - 1))
        edges_.push_back(std::minmax(added[k], added[other]));
    }
  }
  return true;
}

void Complex::grow(std::size_t count) {
  while (vertices_.size() < count && !boxes_.empty()) {
    const Box box = boxes_.front();
    if (!add(box, count)) return;
    boxes_.pop_front();
    if (box.side <= least_side) continue;
    const Box half{box.origin, box.side / 2, 0};
    for (std::size_t mask = 0; mask < (std::size_t{1} << dimension_); ++mask)
      boxes_.push_back({corner(half, mask), half.side, mask});
  }
}

std::vector<double> Complex::point(std::size_t vertex) const {
  std::vector<double> point(dimension_);
  for (std::size_t j = 0; j < dimension_; ++j)
    point[j] = static_cast<double>(vertices_[vertex][j]) / cube_side;
  return point;
}

std::vector<Edge> Complex::edges() const {
  std::vector<Edge> whole = edges_;
  std::sort(whole.begin(), whole.end());
  whole.erase(std::unique(whole.begin(), whole.end()), whole.end());
  std::erase_if(whole, [this](const Edge& edge) {
    Grid middle = vertices_[edge.first];
    for (std::size_t j = 0; j < dimension_; ++j) middle[j] = (middle[j] + vertices_[edge.second][j]) / 2;
    return index_.contains(middle);
  });
  return whole;
}

}  // namespace flash::shgo
