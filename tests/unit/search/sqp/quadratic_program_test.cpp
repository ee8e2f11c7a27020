#include "flash/search/sqp/quadratic_program.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "flash/core/random.hpp"

namespace flash {
namespace {

using Vector = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Problem {
  std::size_t n, m;
  Vector root, gradient, matrix, offset, lower, upper;

  double inverse(std::size_t i, std::size_t j) const {  // of B
    double sum = 0;
    for (std::size_t k = 0; k < n; ++k) sum += root[k * n + i] * root[k * n + j];
    return sum;
  }
  // Constraint c as normal'd + offset >= 0; rows, lower bounds, upper bounds.
  Vector normal(std::size_t c) const {
    Vector result(n);
    for (std::size_t j = 0; j < n; ++j)
      result[j] = c < m ? matrix[c * n + j] : c == m + j ? 1 : c == m + n + j ? -1 : 0;
    return result;
  }
  double offset_of(std::size_t c) const {
    return c < m ? offset[c] : c < m + n ? -lower[c - m] : upper[c - m - n];
  }
  double slack(std::size_t c, const Vector& d) const {
    const Vector a = normal(c);
    double sum = offset_of(c);
    for (std::size_t j = 0; j < n; ++j) sum += a[j] * d[j];
    return sum;
  }
  sqp::QuadraticProgram program() const {
    return {n, m, n, root.data(), gradient.data(), matrix.data(), offset.data(), lower.data(), upper.data()};
  }
};

// Gauss' elimination; nothing where the matrix is about singular.
std::optional<Vector> solve_linear(std::vector<Vector> a, Vector b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k; i < n; ++i)
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    if (std::abs(a[pivot][k]) < 1e-9) return std::nullopt;
    std::swap(a[k], a[pivot]);
    std::swap(b[k], b[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = 0; k < n; ++k) b[k] /= a[k][k];
  return b;
}

// The least value over all sets of active constraints: with the pull w = N u, B d = w - g and
// d'B d = (w - g)'B^-1 (w - g).
double brute_force(const Problem& problem) {
  const std::size_t n = problem.n, all = problem.m + 2 * n;
  double best = infinity;
  for (std::size_t set = 0; set < (std::size_t{1} << all); ++set) {
    std::vector<Vector> normals;
    Vector offsets;
    for (std::size_t c = 0; c < all; ++c)
      if (((set >> c) & 1U) != 0) {
        normals.push_back(problem.normal(c));
        offsets.push_back(problem.offset_of(c));
      }
    const std::size_t q = normals.size();
    if (q > n) continue;
    const auto product = [&](const Vector& a, const Vector& b) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) sum += a[i] * problem.inverse(i, j) * b[j];
      return sum;
    };
    std::vector<Vector> system(q, Vector(q));
    Vector right(q);
    for (std::size_t i = 0; i < q; ++i) {
      for (std::size_t j = 0; j < q; ++j) system[i][j] = product(normals[i], normals[j]);
      right[i] = product(normals[i], problem.gradient) - offsets[i];
    }
    const std::optional<Vector> weights = solve_linear(system, right);
    if (!weights) continue;
    Vector rest(n), d(n);
    for (std::size_t j = 0; j < n; ++j) {
      rest[j] = -problem.gradient[j];
      for (std::size_t i = 0; i < q; ++i) rest[j] += (*weights)[i] * normals[i][j];
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) d[i] += problem.inverse(i, j) * rest[j];
    bool feasible = true;
    for (std::size_t c = 0; c < all; ++c) feasible = feasible && problem.slack(c, d) > -1e-7;
    if (!feasible) continue;
    double value = product(rest, rest) / 2;
    for (std::size_t j = 0; j < n; ++j) value += problem.gradient[j] * d[j];
    best = std::min(best, value);
  }
  return best;
}

// Optimality: feasible, and B d + g is the pull of active constraints, with multipliers >= 0.
void expect_optimal(const Problem& problem, const sqp::DualActiveSet& solver, double value) {
  const std::size_t n = problem.n, m = problem.m;
  const Vector d(solver.solution().begin(), solver.solution().end());
  Vector rest(n);  // B d
  for (std::size_t j = 0; j < n; ++j) rest[j] = solver.pull()[j] - problem.gradient[j];
  double found = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double image = 0;
    for (std::size_t j = 0; j < n; ++j) image += problem.inverse(i, j) * rest[j];
    EXPECT_NEAR(image, d[i], 1e-7);
    found += d[i] * (rest[i] / 2 + problem.gradient[i]);
    EXPECT_GE(d[i], problem.lower[i]);
    EXPECT_LE(d[i], problem.upper[i]);
  }
  EXPECT_NEAR(found, value, 1e-7 * std::max(1.0, std::abs(value)));
  Vector bounds(solver.pull().begin(), solver.pull().end());
  for (std::size_t i = 0; i < m; ++i) {
    EXPECT_GE(problem.slack(i, d), -1e-9);
    EXPECT_GE(solver.multipliers()[i], 0);
    EXPECT_NEAR(solver.multipliers()[i] * problem.slack(i, d), 0, 1e-7);
    for (std::size_t j = 0; j < n; ++j) bounds[j] -= solver.multipliers()[i] * problem.matrix[i * n + j];
  }
  for (std::size_t j = 0; j < n; ++j) {
    // A multiplier goes with a bound that is attained.
    EXPECT_NEAR(std::max(0.0, bounds[j]) * (d[j] - problem.lower[j]), 0, 1e-7);
    EXPECT_NEAR(std::max(0.0, -bounds[j]) * (problem.upper[j] - d[j]), 0, 1e-7);
  }
}

Problem random_problem(Philox& random, std::size_t n, std::size_t m) {
  Problem problem{n, m, Vector(n * n), Vector(n), Vector(m * n), Vector(m), Vector(n), Vector(n)};
  for (double& value : problem.root) value = random.normal();
  for (double& value : problem.gradient) value = 3 * random.normal();
  for (double& value : problem.matrix) value = random.normal();
  for (double& value : problem.offset) value = random.normal();
  for (std::size_t j = 0; j < n; ++j) {
    problem.lower[j] = -2 * random.uniform();
    problem.upper[j] = 2 * random.uniform();
  }
  return problem;
}

void compare(const Problem& problem, int& solved, int& contradictory) {
  sqp::DualActiveSet solver(problem.n, problem.m);
  const double value = brute_force(problem);
  const bool found = solver.solve(problem.program());
  ASSERT_EQ(found, value < infinity);
  ++(found ? solved : contradictory);
  if (found) expect_optimal(problem, solver, value);
}

TEST(DualActiveSet, AgainstEveryActiveSet) {
  int solved = 0, contradictory = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Philox random(seed);
    compare(random_problem(random, 1 + seed % 3, (seed / 3) % 5), solved, contradictory);
  }
  EXPECT_GT(solved, 200);
  EXPECT_GT(contradictory, 20);
}

// Rows that repeat, scale or oppose others, rows of zeros, bounds that agree, constraints that meet in a
// point.
TEST(DualActiveSet, DegenerateConstraints) {
  int solved = 0, contradictory = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Philox random(seed, 1);
    const std::size_t n = 1 + seed % 3;
    Problem problem = random_problem(random, n, 4);
    for (double& value : problem.matrix) value = std::round(value);
    const double factor = seed % 4 == 0 ? 2 : seed % 4 == 1 ? 1 : -1;
    for (std::size_t j = 0; j < n; ++j) {
      problem.matrix[n + j] = factor * problem.matrix[j];
      problem.matrix[3 * n + j] = 0;
    }
    problem.offset[1] = factor * problem.offset[0];
    problem.offset[2] = 0;
    problem.offset[3] = seed % 7 == 0 ? -1 : 0;
    if (seed % 5 == 0) problem.lower[0] = problem.upper[0] = 0;
    if (seed % 6 == 0) problem.offset.assign(4, 0);  // all meet in the origin
    compare(problem, solved, contradictory);
  }
  EXPECT_GT(solved, 100);
  EXPECT_GT(contradictory, 20);
}

TEST(DualActiveSet, LargerProblemsAreOptimalToo) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Philox random(seed, 2);
    Problem problem = random_problem(random, 20, 15);
    for (double& value : problem.offset) value = std::abs(value);  // the origin is feasible
    sqp::DualActiveSet solver(problem.n, problem.m);
    ASSERT_TRUE(solver.solve(problem.program()));
    double value = 0;
    for (std::size_t j = 0; j < problem.n; ++j)
      value += solver.solution()[j] * (solver.pull()[j] + problem.gradient[j]) / 2;
    expect_optimal(problem, solver, value);
  }
}

TEST(DualActiveSet, SmallerThanItsMemory) {
  Philox random(5, 3);
  const Problem large = random_problem(random, 6, 4), small = random_problem(random, 2, 1);
  sqp::DualActiveSet shared(6, 4), own(2, 1);
  shared.solve(large.program());
  ASSERT_EQ(shared.solve(small.program()), own.solve(small.program()));
  EXPECT_TRUE(std::ranges::equal(shared.solution(), own.solution()));
  EXPECT_TRUE(std::ranges::equal(shared.multipliers(), own.multipliers()));
}

}  // namespace
}  // namespace flash
