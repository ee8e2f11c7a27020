#include <array>
#include <bit>
#include <cstdint>
#include <stdexcept>

#include "sobol.hpp"

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
constexpr Directions directions_of(std::size_t dimension) {
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

constexpr auto directions = [] {
  std::array<Directions, sobol_dimensions> v{};
  for (std::size_t j = 0; j < sobol_dimensions; ++j) v[j] = directions_of(j);
  return v;
}();

}  // namespace

std::vector<double> sobol_points(std::size_t dimension, std::size_t count) {
  if (dimension < 1 || dimension > sobol_dimensions)
    throw std::invalid_argument("shgo: Sobol sampling works for 1 to 12 variables");
  std::vector<double> points(count * dimension);
  std::array<std::uint32_t, sobol_dimensions> state{};
  double* coordinate = points.data();
  for (std::size_t i = 0; i < count; ++i) {
    const auto step = static_cast<std::size_t>(std::countr_one(i));  // Antonov and Saleev's Gray-code step
    for (std::size_t j = 0; j < dimension; ++j) {
      *coordinate++ = static_cast<double>(state[j]) * 0x1p-32;
      state[j] ^= directions[j][step];
    }
  }
  return points;
}

}  // namespace flash::shgo
