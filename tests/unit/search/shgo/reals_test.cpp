#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "scipy.hpp"

namespace flash {
namespace {

using namespace test;

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

INSTANTIATE_TEST_SUITE_P(Shgo, Known, testing::ValuesIn(known_problems()),
                         [](const auto& test_info) { return test_info.param.name; });

// scipy.optimize.shgo on the same problems with the same samples: the same global minimum, every other
// minimum that SciPy found, and evaluations within twice SciPy's.
TEST(ShgoReals, AgreesWithSciPy) {
  if (!have_scipy()) GTEST_SKIP() << "no SciPy";
  const std::vector<Comparison> all = comparisons();
  const Json answers = ask_scipy(all, 0);
  std::set<std::string> functions;
  std::size_t minima = 0, missed = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Json& theirs = answers[i];
    const shgo::Result ours = solve(all[i].known.problem, all[i].options);
    ASSERT_FALSE(theirs.at("minima").empty()) << all[i].name;
    EXPECT_NEAR(ours.value, theirs.at("minima").front().get<double>(), 1e-6) << all[i].name;
    EXPECT_LE(ours.evaluations, 2 * theirs.at("evaluations").get<std::uint64_t>()) << all[i].name;
    functions.insert(all[i].known.name);
    if (all[i].options.sampling != shgo::Sampling::sobol)
      continue;  // there SciPy stays within a start's star
    for (const double value : theirs.at("minima")) {
      ++minima;
      const bool found = std::ranges::any_of(ours.minima, [&](const shgo::Minimum& minimum) {
        return std::abs(minimum.value - value) <= 1e-6 * std::max(1.0, std::abs(value));
      });
      if (!found) ++missed;
    }
  }
  EXPECT_GE(functions.size(), 25U);
  EXPECT_LE(missed, minima / 20) << "of " << minima;
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
