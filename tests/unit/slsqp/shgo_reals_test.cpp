#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "test_functions.hpp"

namespace flash {
namespace {

using namespace test;

std::vector<KnownProblem> all_problems() {
  std::vector<KnownProblem> all = unconstrained_problems();
  for (KnownProblem& problem : constrained_problems()) all.push_back(std::move(problem));
  return all;
}

void expect_within(const shgo::Problem& problem, const std::vector<double>& x) {
  for (std::size_t j = 0; j < x.size(); ++j) {
    EXPECT_GE(x[j], problem.lower[j]);
    EXPECT_LE(x[j], problem.upper[j]);
  }
  for (const auto& inequality : problem.inequalities) EXPECT_GE(inequality(x), -1e-8);
}

class Known : public testing::TestWithParam<KnownProblem> {};

TEST_P(Known, FindsTheGlobalMinimum) {
  const KnownProblem& known = GetParam();
  const shgo::Result result = solve(known.problem, known.options);
  ASSERT_TRUE(result.success);
  EXPECT_NEAR(result.value, known.optimum, 1e-8 * std::max(1.0, std::abs(known.optimum)));
  EXPECT_EQ(result.value, known.problem.objective(result.x));
  std::size_t attained = 0;
  for (const shgo::Minimum& minimum : result.minima) {
    expect_within(known.problem, minimum.x);
    if (minimum.value < known.optimum + 1e-6) ++attained;
  }
  EXPECT_GE(attained, known.global_minima);
  EXPECT_TRUE(std::ranges::is_sorted(result.minima, {}, &shgo::Minimum::value));
}

TEST_P(Known, CountsEveryEvaluationAndKeepsTheCap) {
  KnownProblem known = GetParam();
  std::uint64_t calls = 0;
  const auto objective = known.problem.objective;
  known.problem.objective = [&](X x) {
    ++calls;
    return objective(x);
  };
  EXPECT_EQ(solve(known.problem, known.options).evaluations, calls);
  for (const std::uint64_t cap : {1, 2, 17, 150}) {
    calls = 0;
    known.options.max_evaluations = cap;
    EXPECT_EQ(solve(known.problem, known.options).evaluations, calls);
    EXPECT_LE(calls, cap);
  }
}

TEST_P(Known, RepeatsItself) {
  const KnownProblem& known = GetParam();
  const shgo::Result first = solve(known.problem, known.options);
  const shgo::Result second = solve(known.problem, known.options);
  EXPECT_EQ(first.x, second.x);
  EXPECT_EQ(first.evaluations, second.evaluations);
}

INSTANTIATE_TEST_SUITE_P(Shgo, Known, testing::ValuesIn(all_problems()),
                         [](const auto& test_info) { return test_info.param.name; });

// SciPy's documentation: the cheapest cattle feed; x3 = 1 - x0 - x1 - x2 takes the place of its equality.
TEST(ShgoReals, CattleFeed) {
  const auto rest = [](X x) { return 1 - x[0] - x[1] - x[2]; };
  shgo::Problem problem;
  problem.objective = [rest](X x) { return 24.55 * x[0] + 26.75 * x[1] + 39 * x[2] + 40.50 * rest(x); };
  problem.lower.assign(3, 0);
  problem.upper.assign(3, 1);
  problem.inequalities = {rest,
                          [rest](X x) { return 2.3 * x[0] + 5.6 * x[1] + 11.1 * x[2] + 1.3 * rest(x) - 5; },
                          [rest](X x) {
                            return 12 * x[0] + 11.9 * x[1] + 41.8 * x[2] + 52.1 * rest(x) - 21 -
                                   1.645 * std::sqrt(0.28 * square(x[0]) + 0.19 * square(x[1]) +
                                                     20.5 * square(x[2]) + 0.62 * square(rest(x)));
                          }};
  const shgo::Result result = solve(problem);
  ASSERT_TRUE(result.success);
  EXPECT_NEAR(result.value, 29.894378159142, 1e-6);
  EXPECT_NEAR(result.x[0], 6.35521569e-01, 1e-4);
  EXPECT_NEAR(result.x[1], 0, 1e-6);
  EXPECT_NEAR(result.x[2], 3.12701881e-01, 1e-4);
}

// The same problems through scipy.optimize.shgo: both must find the same global minimum.
TEST(ShgoReals, AgreesWithSciPy) {
  if (std::system("/usr/bin/python3 -c 'import scipy.optimize' 2>/dev/null") != 0) GTEST_SKIP() << "no SciPy";
  const auto script =
      std::filesystem::temp_directory_path() / ("flash_shgo_" + std::to_string(::getpid()) + ".py");
  std::vector<KnownProblem> compared;
  {
    std::ofstream python(script);
    python.precision(17);
    python << "from scipy.optimize import shgo\nfrom math import *\n"
              "def solve(f, bounds, *g):\n"
              "  c = [{'type': 'ineq', 'fun': h} for h in g]\n"
              "  r = shgo(f, bounds, constraints=c or None, n=512, sampling_method='sobol')\n"
              "  print(repr(float(r.fun)))\n";
    for (const KnownProblem& known : all_problems()) {
      if (known.python.empty()) continue;
      compared.push_back(known);
      std::stringstream parts(known.python);
      std::string part, functions;
      bool objective = true;
      while (std::getline(parts, part, '|')) {
        python << (objective ? "f" : "") << (objective ? " = lambda x: " + part + "\n" : "");
        if (!objective) functions += ", lambda x: " + part;
        objective = false;
      }
      python << "solve(f, [";
      for (std::size_t j = 0; j < known.problem.lower.size(); ++j)
        python << "(" << known.problem.lower[j] << "," << known.problem.upper[j] << "),";
      python << "]" << functions << ")\n";
    }
  }
  std::FILE* pipe = ::popen(("/usr/bin/python3 -W ignore " + script.string()).c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::vector<double> theirs;
  for (double value = 0; std::fscanf(pipe, "%lf", &value) == 1;) theirs.push_back(value);
  EXPECT_EQ(::pclose(pipe), 0);
  std::filesystem::remove(script);

  ASSERT_EQ(theirs.size(), compared.size());
  ASSERT_GE(compared.size(), 12U);
  for (std::size_t i = 0; i < compared.size(); ++i)
    EXPECT_NEAR(solve(compared[i].problem, compared[i].options).value, theirs[i], 1e-6) << compared[i].name;
}

TEST(ShgoReals, IntegersAreEvaluatedAtIntegersOnly) {
  shgo::Problem problem =
      box([](X x) { return square(x[0] - 3.4) + square(x[1] + 2.2) + 0.1 * x[0] * x[1]; }, 2, -7.5, 8.5);
  problem.integer = {true, false};
  const auto objective = problem.objective;
  problem.objective = [&](X x) {
    EXPECT_EQ(x[0], std::round(x[0]));
    EXPECT_LE(std::abs(x[0]), 8);
    return objective(x);
  };
  const shgo::Result result = solve(problem);
  ASSERT_TRUE(result.success);
  EXPECT_EQ(result.x[0], 4);  // with x1 = -2.4: 0.36 + 0.04 - 0.96, less than 0.16 + 0.04... at 3
  EXPECT_NEAR(result.x[1], -2.4, 1e-6);
}

TEST(ShgoReals, SaysWhereNothingIsFeasible) {
  shgo::Problem problem = box([](X x) { return x[0]; }, 2, 0, 1);
  problem.inequalities = {[](X x) { return x[0] + x[1] - 3; }};
  const shgo::Result result = solve(problem);
  EXPECT_FALSE(result.success);
  EXPECT_TRUE(result.minima.empty());
}

TEST(ShgoReals, ReachesAFeasibleRegionThatTheSampleMisses) {
  shgo::Problem problem = box([](X x) { return -x[0]; }, 2, 0, 1);
  problem.inequalities = {[](X x) { return 1e-4 - square(x[0] - 0.337) - square(x[1] - 0.781); }};
  shgo::Options options;
  options.points = 20;
  const shgo::Result result = solve(problem, options);
  ASSERT_TRUE(result.success);
  EXPECT_NEAR(result.x[0], 0.347, 1e-4);
}

TEST(ShgoReals, FixedVariablesStay) {
  shgo::Problem problem = box([](X x) { return square(x[0] - 0.3) + square(x[1] - 9); }, 2, 0, 1);
  problem.lower[1] = problem.upper[1] = 5;
  const shgo::Result result = solve(problem);
  EXPECT_NEAR(result.x[0], 0.3, 1e-7);
  EXPECT_EQ(result.x[1], 5);
  problem.lower[0] = problem.upper[0] = 1;
  EXPECT_EQ(solve(problem).evaluations, 1U);
}

TEST(ShgoReals, NotANumberIsNoMinimum) {
  const shgo::Problem problem = box([](X x) { return x[0] < 0.5 ? std::nan("") : x[0]; }, 1, 0, 1);
  const shgo::Result result = solve(problem);
  ASSERT_TRUE(result.success);
  EXPECT_NEAR(result.value, 0.5, 1e-2);
}

TEST(ShgoReals, ErrorsOfTheObjectiveComeThrough) {
  int calls = 0;
  const shgo::Problem problem = box(
      [&](X x) {
        if (++calls == 120) throw std::runtime_error("broken");  // within a local refinement
        return rosenbrock(x);
      },
      2, -2, 3);
  EXPECT_THROW(solve(problem), std::runtime_error);
}

TEST(ShgoReals, StopsWhenAsked) {
  int calls = 0;
  const shgo::Problem problem = box([&](X x) { return ++calls, rosenbrock(x); }, 2, -2, 3);
  shgo::Options options;
  options.stop = [&] { return calls >= 130; };
  solve(problem, options);
  EXPECT_EQ(calls, 130);
}

}  // namespace
}  // namespace flash
