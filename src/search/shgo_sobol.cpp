#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
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

double squared_distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

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

std::vector<Edge> gabriel_graph(const std::vector<std::vector<double>>& points) {
  std::vector<Edge> edges;
  std::vector<double> distance(points.size());
  std::vector<std::size_t> order(points.size());
  for (std::size_t u = 0; u < points.size(); ++u) {
    for (std::size_t v = 0; v < points.size(); ++v) distance[v] = squared_distance(points[u], points[v]);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return distance[a] != distance[b] ? distance[a] < distance[b] : a < b;
    });
    // Only points nearer to u than v is can lie in the ball; the nearest ones are the likeliest.
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
      const std::size_t v = order[rank];
      if (v <= u) continue;
      const bool open =
          std::none_of(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(rank), [&](std::size_t w) {
            return w != u && distance[w] + squared_distance(points[v], points[w]) < distance[v];
          });
      if (open) edges.emplace_back(u, v);
    }
  }
  return edges;
}

}  // namespace flash::shgo
