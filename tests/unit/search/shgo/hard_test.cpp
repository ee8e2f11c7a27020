// What makes real problems hard without making them many-peaked: minima that are narrow in a wide box, badly
// scaled variables and values, equalities, values that are not finite.
#include <gtest/gtest.h>

#include <limits>

#include "test_functions.hpp"

namespace flash {
namespace {

using namespace test;

constexpr double feasibility = 1e-8;
const double infinity = std::numeric_limits<double>::infinity();

// By both samplings.
void expect_minimum(const shgo::Problem& problem, double optimum, double tolerance, const std::string& what) {
  for (const shgo::Sampling sampling : {shgo::Sampling::simplicial, shgo::Sampling::sobol}) {
    const shgo::Result result = solve(problem, with(sampling, 100));
    ASSERT_TRUE(result.success) << what;
    EXPECT_NEAR(result.value, optimum, tolerance) << what;
    EXPECT_EQ(result.value, problem.objective(result.x)) << what;
    for (const auto& inequality : problem.inequalities) EXPECT_GE(inequality(result.x), -feasibility) << what;
  }
}

std::string text(double value) { return testing::PrintToString(value); }

TEST(ShgoHard, MinimaThatAreNarrowInAWideBox) {
  for (const double width : {1e2, 1e4, 1e5, 1e7, 1e8})
    for (const double at : {0.0, 0.1, 1.5, -3.25, 77.0}) {
      const std::string what = "at " + text(at) + " within " + text(width);
      const shgo::Problem bowl = box([at](X x) { return square(x[0] - at); }, 1, -width, width);
      EXPECT_NEAR(solve(bowl).x[0], at, 1e-5 * std::max(1.0, at)) << what;
      const shgo::Problem valley =
          box([at](X x) { return 1 + square(x[0] - at) + square(x[1] + x[0] - 1); }, 2, -width, 1.3 * width);
      expect_minimum(valley, 1, 1e-8, what);
      const shgo::Problem cone =
          box([at](X x) { return std::sqrt(1 + square(x[0] - at)); }, 1, -width, width);
      expect_minimum(cone, 1, 1e-8, what);
    }
}

// Functions of u = x / size, for sizes that differ by up to 16 orders of magnitude.
TEST(ShgoHard, BadlyScaledVariables) {
  const std::vector<std::vector<double>> all_sizes{
      {1e-8},       {1e8},      {1e-8, 1e8},    {1e8, 1e-8},
      {1e-6, 1e-6}, {1e6, 1e6}, {1e-8, 1, 1e8}, {1e-8, 1e-4, 1e4, 1e8}};
  for (const std::vector<double>& sizes : all_sizes) {
    const std::string what = testing::PrintToString(sizes);
    shgo::Problem problem;
    for (const double size : sizes) {
      problem.lower.push_back(-size);
      problem.upper.push_back(2 * size);
    }
    const auto unit = [&sizes](X x, std::size_t j) { return x[j] / sizes[j]; };
    const auto sphere = [&](X x) {
      double sum = 0;
      for (std::size_t j = 0; j < sizes.size(); ++j)
        sum += square(unit(x, j) - 0.3 - 0.1 * static_cast<double>(j));
      return sum;
    };
    problem.objective = sphere;
    expect_minimum(problem, 0, 1e-10, what);
    problem.objective = [&](X x) { return 1 + sphere(x); };
    expect_minimum(problem, 1, 1e-10, what);
    problem.objective = [&](X x) {  // at 0
      double sum = 1;
      for (std::size_t j = 0; j < sizes.size(); ++j) sum += square(unit(x, j));
      return sum;
    };
    expect_minimum(problem, 1, 1e-8, what);
    if (sizes.size() != 2) continue;
    problem.objective = [&](X x) {
      return 100 * square(unit(x, 1) - square(unit(x, 0))) + square(1 - unit(x, 0));
    };
    expect_minimum(problem, 0, 1e-6, what);
    problem.objective = [&](X x) { return -unit(x, 0) - unit(x, 1); };
    problem.inequalities = {[&](X x) { return 1 - square(unit(x, 0)) - square(unit(x, 1)); }};
    expect_minimum(problem, -std::numbers::sqrt2, 1e-6, what);
  }
}

TEST(ShgoHard, BadlyScaledObjectives) {
  for (const double size : {1e-12, 1e-8, 1e8, 1e12}) {
    expect_minimum(
        box([size](X x) { return size * (1 + square(x[0] - 0.3) + 5 * square(x[1] + 1.7)); }, 2, -5, 5), size,
        1e-8 * size, text(size));
    expect_minimum(box([size](X x) { return size * rosenbrock(x); }, 2, -2, 3), 0, 1e-6 * size, text(size));
  }
}

// To within what rounding leaves of the values.
TEST(ShgoHard, LargeConstants) {
  for (const double constant : {1e6, 1e9, 1e12, -1e12}) {
    const double tolerance = std::max(1e-8, 2e-15 * std::abs(constant));
    expect_minimum(
        box([constant](X x) { return constant + square(x[0] - 0.3) + square(x[1] + 1.7); }, 2, -5, 5),
        constant, tolerance, text(constant));
    expect_minimum(box([constant](X x) { return constant + square(x[0] - 0.3); }, 1, -1e4, 1e4), constant,
                   tolerance, text(constant));
    shgo::Problem disk = box([constant](X x) { return constant + x[0] + x[1]; }, 2, -5, 5);
    disk.inequalities = {[](X x) { return 2 - square(x[0]) - square(x[1]); }};
    expect_minimum(disk, constant - 2, std::max(1e-7, tolerance), text(constant));
  }
}

struct Equality {
  shgo::Problem problem;
  std::function<double(X)> zero;
  double optimum;
};

std::vector<Equality> equalities() {
  const auto circle = [](X x) { return square(x[0]) + square(x[1]) - 2; };
  const auto sum = [](X x) { return x[0] + x[1]; };
  return {{box([](X x) { return square(x[0]) + square(x[1]); }, 2, -3, 4),
           [](X x) { return x[0] + x[1] - 1; }, 0.5},
          {box(sum, 2, -3, 4), circle, -2},
          {box(sum, 2, -100, 100), circle, -2},
          {box([](X x) { return x[0] + 4 * x[1]; }, 2, 0.1, 10), [](X x) { return x[0] * x[1] - 1; }, 4},
          {box([](X x) { return x[0] + 2 * x[1] + 3 * x[2]; }, 3, -3, 4),
           [](X x) { return square(x[0]) + square(x[1]) + square(x[2]) - 1; }, -std::sqrt(14)}};
}

// Exact opposites, one a multiple of the other, and with a gap narrower than the tolerance between them. The
// tolerance times the multiplier is what the optimum may be passed by.
TEST(ShgoHard, TwoInequalitiesMakeAnEquality) {
  for (std::size_t e = 0; e < equalities().size(); ++e)
    for (const double factor : {1.0, 1.0 / 3, 2.0, 1e-3, 1e3, 1e6})
      for (const double gap : {0.0, 1e-12, 1e-9}) {
        auto [problem, zero, optimum] = equalities()[e];
        const std::string what = text(static_cast<double>(e)) + ", " + text(factor) + ", " + text(gap);
        const double tolerance = factor < 1 ? 1e-4 : 1e-6;
        problem.inequalities = {zero, [=](X x) { return gap - factor * zero(x); }};
        expect_minimum(problem, optimum, tolerance, what);
        problem.inequalities = {[=](X x) { return gap + factor * zero(x); }, [=](X x) { return -zero(x); }};
        expect_minimum(problem, optimum, tolerance, what);
      }
}

// A sphere, a plane and a height: 0.5 - 2 sqrt(0.375); then one point and no more than that.
TEST(ShgoHard, SeveralEqualities) {
  shgo::Problem problem = box([](X x) { return x[0] + x[1] + x[2]; }, 3, -2, 2);
  const auto add = [&problem](const std::function<double(X)>& zero, double factor) {
    problem.inequalities.push_back(zero);
    problem.inequalities.push_back([=](X x) { return -factor * zero(x); });
  };
  add([](X x) { return square(x[0]) + square(x[1]) + square(x[2]) - 1; }, 1);
  add([](X x) { return x[0] - x[1]; }, 1);
  expect_minimum(problem, -std::sqrt(3), 1e-6, "sphere and plane");
  add([](X x) { return x[2] - 0.5; }, 2);
  expect_minimum(problem, 0.5 - 2 * std::sqrt(0.375), 1e-6, "and a height");
  add([](X x) { return x[2] - 0.6; }, 1);
  EXPECT_FALSE(solve(problem).success);
}

TEST(ShgoHard, WhatIsNotFiniteIsNoMinimum) {
  for (const double odd : {-infinity, infinity, std::nan("")}) {
    const auto expect = [odd](double optimum, double tolerance, const std::function<bool(X)>& is_odd,
                              const std::function<double(X)>& f) {
      expect_minimum(box([&, odd](X x) { return is_odd(x) ? odd : f(x); }, 2, 0, 1), optimum, tolerance,
                     text(odd));
    };
    const auto bowl = [](X x) { return square(x[0] - 0.7) + square(x[1] - 0.2); };
    expect(
        0, 1e-8, [](X x) { return x[0] == 0 && x[1] == 0; }, [](X x) { return square(x[0] - 0.4) + x[1]; });
    expect(
        0, 1e-8, [](X x) { return x[0] == 0; }, bowl);
    expect(
        0, 1e-8, [](X x) { return x[0] < 0.5; }, bowl);
    expect(
        0.05, 1e-2, [](X x) { return x[0] > 0.5; }, [&](X x) { return bowl(x) + 0.01; });
    expect(
        0, 1e-8, [](X x) { return (x[0] == 0 || x[0] == 1) && (x[1] == 0 || x[1] == 1); }, bowl);
    EXPECT_FALSE(solve(box([odd](X) { return odd; }, 2, 0, 1)).success);
  }
}

TEST(ShgoHard, MinimaAtBoundsAndBoxesOfNoWidth) {
  expect_minimum(box([](X x) { return -x[0]; }, 1, -1e7, 1e7), -1e7, 0, "a wide box");
  expect_minimum({[](X x) { return x[0] / 1e8 + x[1] * 1e8; }, {-1e8, -1e-8}, {1e8, 1e-8}, {}, {}}, -2, 0,
                 "a corner");
  expect_minimum({[](X x) { return square(x[0] + 1) + square(x[1] - 0.5); }, {0, 0}, {1e6, 1}, {}, {}}, 1,
                 1e-8, "a side");
  expect_minimum({[](X x) { return square(x[0] - 0.3) + square(x[1] - 9); }, {0, 5}, {1, 5}, {}, {}}, 16,
                 1e-8, "a fixed variable");
  expect_minimum(box([](X x) { return square(x[0] - 1e6 - 0.3); }, 1, 1e6, 1e6 + 1), 0, 1e-8,
                 "a box far from 0");
  std::vector<double> strays;
  const double least = 1 - 1e-9, most = 1 + 1e-9;
  const shgo::Problem tiny = box(
      [&](X x) {
        if (x[0] < least || x[0] > most) strays.push_back(x[0]);
        return square(x[0] - 1);
      },
      1, least, most);
  expect_minimum(tiny, 0, 1e-20, "a narrow box");
  EXPECT_TRUE(strays.empty());
}

}  // namespace
}  // namespace flash
