// The function that several rooms' tests minimise: H. H. Rosenbrock, "An automatic method for finding the
// greatest or least value of a function", The Computer Journal 3, 1960; its minimum is 0, at (1, ..., 1).
#pragma once

#include <cstddef>
#include <span>

namespace flash::test {

inline double square(double x) { return x * x; }

inline double rosenbrock(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    sum += 100 * square(x[i + 1] - x[i] * x[i]) + square(1 - x[i]);
  return sum;
}

}  // namespace flash::test
