#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "flash/search/shgo/sobol.hpp"

namespace flash::shgo {
namespace {

constexpr std::size_t bits = 32;

// A primitive polynomial over GF(2), its degree and inner coefficients, and the first direction numbers.
struct Polynomial {
  std::uint32_t degree;
  std::uint32_t coefficients;
  std::array<std::uint32_t, 5> m;
};
// Dimensions 2 to 12 of new-joe-kuo-6.21201; the first dimension is van der Corput's sequence.
constexpr std::array<Polynomial, sobol_dimensions - 1> polynomials{{{1, 0, {1}},
                                                                    {2, 1, {1, 3}},
                                                                    {3, 1, {1, 3, 1}},
                                                                    {3, 2, {1, 1, 1}},
                                                                    {4, 1, {1, 1, 3, 3}},
                                                                    {4, 4, {1, 3, 5, 13}},
                                                                    {5, 2, {1, 1, 5, 5, 17}},
                                                                    {5, 4, {1, 1, 5, 5, 5}},
                                                                    {5, 7, {1, 1, 7, 11, 19}},
                                                                    {5, 11, {1, 1, 5, 1, 1}},
                                                                    {5, 13, {1, 1, 1, 3, 11}}}};

using Directions = std::array<std::uint32_t, bits>;

// v_i = m_i / 2^i, by the recurrence of the polynomial.
Directions directions(std::size_t dimension) {
  Directions v{};
  if (dimension == 0) {
    for (std::size_t i = 0; i < bits; ++i) v[i] = 1U << (bits - 1 - i);
    return v;
  }
  const Polynomial& polynomial = polynomials[dimension - 1];
  const std::size_t s = polynomial.degree;
  for (std::size_t i = 0; i < bits; ++i) {
    if (i < s) {
      v[i] = polynomial.m[i] << (bits - 1 - i);
      continue;
    }
    v[i] = v[i - s] ^ (v[i - s] >> s);
    for (std::size_t k = 1; k < s; ++k)
      if ((polynomial.coefficients >> (s - 1 - k)) & 1U) v[i] ^= v[i - k];
  }
  return v;
}

// The points in the order of their first coordinate: what is near in space is near in this order.
class Line {
 public:
  Line(const std::vector<std::vector<double>>& points, std::span<const std::size_t> ranks)
      : dimension_(points.empty() ? 0 : points[0].size()), index_(points.size()) {
    std::iota(index_.begin(), index_.end(), std::size_t{0});
    std::ranges::sort(index_, {}, [&](std::size_t v) { return std::pair(points[v][0], v); });
    for (const std::size_t v : index_) {
      x_.insert(x_.end(), points[v].begin(), points[v].end());
      rank_.push_back(ranks[v]);
    }
  }

  std::size_t size() const { return index_.size(); }
  std::size_t index(std::size_t k) const { return index_[k]; }  // of the k-th point in the caller's order

  // The nearest point of a better rank that none of the blockers hides from v; v itself where there is none.
  std::size_t nearest_better(std::size_t v, const std::vector<std::size_t>& blockers) const {
    std::size_t nearest = v;
    double reach = std::numeric_limits<double>::infinity();
    scan(v, reach, [&](std::size_t w) {
      if (rank_[w] >= rank_[v]) return false;
      const double distance = squared(v, w);
      const auto hides = [&](std::size_t u) { return blocks(u, v, w, distance); };
      if (distance < reach && std::ranges::none_of(blockers, hides)) {
        reach = distance;
        nearest = w;
      }
      return false;
    });
    return nearest;
  }

  // A point in the open ball on v and w as poles; v where there is none.
  std::size_t blocker(std::size_t v, std::size_t w) const {
    std::size_t found = v;
    const double distance = squared(v, w);
    scan(v, distance, [&](std::size_t u) {
      if (blocks(u, v, w, distance)) found = u;
      return found != v;
    });
    return found;
  }

 private:
  double squared(std::size_t a, std::size_t b) const {
    double sum = 0;
    for (std::size_t j = 0; j < dimension_; ++j) {
      const double d = x_[a * dimension_ + j] - x_[b * dimension_ + j];
      sum += d * d;
    }
    return sum;
  }

  bool blocks(std::size_t u, std::size_t v, std::size_t w, double distance) const {
    return squared(u, v) + squared(u, w) < distance;
  }

  // Visits the points around v, both ways, until `visit` returns true or their first coordinate alone is
  // further away than the root of `reach`, which may shrink meanwhile.
  template <class Visit>
  void scan(std::size_t v, const double& reach, const Visit& visit) const {
    const auto in_reach = [&](std::size_t u) {
      const double d = x_[u * dimension_] - x_[v * dimension_];
      return d * d < reach;
    };
    for (std::size_t u = v + 1; u < size() && in_reach(u); ++u)
      if (visit(u)) return;
    for (std::size_t u = v; u-- > 0 && in_reach(u);)
      if (visit(u)) return;
  }

  std::size_t dimension_;
  std::vector<std::size_t> index_, rank_;
  std::vector<double> x_;
};

}  // namespace

std::vector<std::vector<double>> sobol_points(std::size_t dimension, std::size_t count) {
  if (dimension < 1 || dimension > sobol_dimensions)
    throw std::invalid_argument("shgo: Sobol sampling works for 1 to 12 variables");
  std::vector<Directions> v;
  for (std::size_t j = 0; j < dimension; ++j) v.push_back(directions(j));

  std::vector<std::vector<double>> points;
  points.reserve(count);
  std::vector<std::uint32_t> state(dimension, 0);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<double> point(dimension);
    for (std::size_t j = 0; j < dimension; ++j) {
      point[j] = static_cast<double>(state[j]) * 0x1p-32;
      state[j] ^= v[j][static_cast<std::size_t>(std::countr_one(i))];  // Antonov and Saleev's Gray-code step
    }
    points.push_back(std::move(point));
  }
  return points;
}

std::vector<Edge> gabriel_descents(const std::vector<std::vector<double>>& points,
                                   std::span<const std::size_t> ranks) {
  const Line line(points, ranks);
  std::vector<Edge> edges;
  std::vector<std::size_t> blockers;  // what hides one point from v hides all that lies behind it
  for (std::size_t v = 0; v < line.size(); ++v) {
    blockers.clear();
    for (std::size_t w; (w = line.nearest_better(v, blockers)) != v;) {
      const std::size_t u = line.blocker(v, w);
      if (u == v) {
        edges.push_back(std::minmax(line.index(v), line.index(w)));
        break;
      }
      blockers.push_back(u);
    }
  }
  return edges;
}

}  // namespace flash::shgo
