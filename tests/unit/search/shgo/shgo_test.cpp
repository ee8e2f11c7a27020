#include "flash/search/shgo/shgo.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace flash {
namespace {

using shgo::minimise;
using X = std::span<const double>;

double square(double x) { return x * x; }

shgo::Problem box(std::function<double(X)> f, std::size_t n, double lower, double upper) {
  return {std::move(f), std::vector<double>(n, lower), std::vector<double>(n, upper), {}, {}};
}

double bowl(X x) { return square(x[0] - 0.3) + square(x[1] + 0.4); }

// Random separable and coupled quadratics on a lattice, against every point of it.
TEST(Shgo, IntegerProblemsAgainstBruteForce) {
  for (int seed = 0; seed < 40; ++seed) {
    const double a = 3.1 + seed * 0.37, b = -2.7 + seed * 0.21, coupling = 0.05 * (seed % 9),
                 ceiling = 5 + seed % 11;
    shgo::Problem problem = box(
        [=](X x) {
          return square(x[0] - a) + 2 * square(x[1] - b) + 0.5 * square(x[2] - 4) + coupling * x[0] * x[1];
        },
        3, -12, 13);
    problem.integer = {true, true, true};
    problem.inequalities = {[=](X x) { return ceiling - x[0] - x[1] - x[2]; }};
    double best = 1e300;
    for (double i = -12; i <= 13; ++i)
      for (double j = -12; j <= 13; ++j)
        for (double k = -12; k <= 13; ++k)
          if (i + j + k <= ceiling) best = std::min(best, problem.objective(std::vector<double>{i, j, k}));
    const shgo::Result result = minimise(problem);
    ASSERT_TRUE(result.success);
    EXPECT_EQ(result.value, best) << "seed " << seed;
    EXPECT_LT(result.evaluations, 2000U);
  }
}

TEST(Shgo, LocalRefinementCanBeReplaced) {
  int calls = 0;
  shgo::Options options;
  options.max_minimisers = 2;
  options.local = [&](X x) {
    ++calls;
    return std::vector<double>(x.begin(), x.end());
  };
  const shgo::Result result = minimise(box(bowl, 2, -2, 3), options);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(result.local_searches, 2U);
  EXPECT_EQ(result.evaluations, 100U);
}

TEST(Shgo, RefusesMalformedProblems) {
  const shgo::Problem good = box(bowl, 2, -1, 1);
  const shgo::Options usual;
  EXPECT_TRUE(minimise(good, usual).success);
  const auto refused = [&](const auto& spoil, const shgo::Options& options) {
    shgo::Problem problem = good;
    spoil(problem);
    EXPECT_THROW(minimise(problem, options), std::invalid_argument);
  };
  refused([](auto& p) { p.objective = nullptr; }, usual);
  refused([](auto& p) { p.lower.clear(), p.upper.clear(); }, usual);
  refused([](auto& p) { p.upper.pop_back(); }, usual);
  refused([](auto& p) { p.lower[0] = 2; }, usual);
  refused([](auto& p) { p.upper[0] = HUGE_VAL; }, usual);
  refused([](auto& p) { p.integer = {true}; }, usual);
  refused([](auto& p) { p.lower[0] = 0.2, p.upper[0] = 0.8, p.integer = {true, false}; }, usual);
  refused([](auto& p) { p.inequalities.emplace_back(); }, usual);
  const auto as_is = [](auto&) {};
  shgo::Options odd = usual;
  odd.points = 0;
  refused(as_is, odd);
  odd = usual;
  odd.sampling = shgo::Sampling::sobol;
  refused([](auto& p) { p.lower.assign(13, 0), p.upper.assign(13, 1); }, odd);
  refused([](auto& p) { p.lower.assign(51, 0), p.upper.assign(51, 1); }, usual);
}

}  // namespace
}  // namespace flash
