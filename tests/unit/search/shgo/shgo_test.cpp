#include "flash/search/shgo/shgo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace flash {
namespace {

using shgo::minimise;
using X = std::span<const double>;

double square(double x) { return x * x; }

shgo::Problem box(std::function<double(X)> f, std::size_t n, double lower, double upper) {
  return {std::move(f), std::vector<double>(n, lower), std::vector<double>(n, upper), {}, {}};
}

double bowl(X x) { return square(x[0] - 0.3) + square(x[1] + 0.4); }

void expect_refusal(const shgo::Problem& problem, const shgo::Options& options, const std::string& message) {
  try {
    minimise(problem, options);
    ADD_FAILURE() << "not refused: " << message;
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("shgo: "));
    EXPECT_THAT(error.what(), testing::HasSubstr(message));
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
  }
}

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

// One line that says what is wrong, and where.
TEST(Shgo, RefusesMalformedProblems) {
  const shgo::Problem good = box(bowl, 2, -1, 1);
  EXPECT_TRUE(minimise(good).success);
  const auto refused = [&](const auto& spoil, const std::string& message) {
    shgo::Problem problem = good;
    spoil(problem);
    expect_refusal(problem, {}, message);
  };
  refused([](auto& p) { p.objective = nullptr; }, "no objective");
  refused([](auto& p) { p.lower.clear(), p.upper.clear(); }, "no variables");
  refused([](auto& p) { p.upper.pop_back(); }, "2 lower bounds and 1 upper ones");
  refused([](auto& p) { p.lower[0] = 2; },
          "variable 0 lies between 2 and 1: the lower bound must not be above");
  refused([](auto& p) { p.upper[1] = HUGE_VAL; },
          "variable 1 lies between -1 and inf: bounds must be finite");
  refused([](auto& p) { p.lower[1] = -HUGE_VAL; },
          "variable 1 lies between -inf and 1: bounds must be finite");
  refused([](auto& p) { p.lower[0] = std::nan(""); },
          "variable 0 lies between nan and 1: bounds must be finite");
  refused([](auto& p) { p.lower[0] = -1e308, p.upper[0] = 1e308; }, "distance must be finite");
  refused([](auto& p) { p.integer = {true}; }, "2 variables and 1 integer flags");
  refused(
      [](auto& p) {
        p.lower[0] = 0.2, p.upper[0] = 0.8, p.integer = {true, false};
      },
      "variable 0 lies between 0.20000000000000001 and 0.80000000000000004: no integer does");
  refused([](auto& p) { p.upper[1] = 1e17, p.integer = {false, true}; }, "integers must lie within 2^53");
  refused([](auto& p) { p.inequalities.emplace_back(); }, "inequality 0 is empty");
  refused([](auto& p) { p.lower.assign(51, 0), p.upper.assign(51, 1); }, "1 to 50 variables");
}

TEST(Shgo, RefusesOddOptions) {
  const auto refused = [](const auto& spoil, const std::string& message, std::size_t variables = 2) {
    shgo::Options options;
    spoil(options);
    expect_refusal(box(bowl, variables, -1, 1), options, message);
  };
  refused([](auto& o) { o.points = 0; }, "at least 1");
  refused([](auto& o) { o.iterations = 0; }, "at least 1");
  refused([](auto& o) { o.points = o.iterations = 1 << 16; }, "below 2^31");
  refused([](auto& o) { o.max_minimisers = -1; }, "max_minimisers");
  for (const double odd : {0.0, 1.0, -1e-9, HUGE_VAL, std::nan("")})
    refused([odd](auto& o) { o.tolerance = odd; }, "tolerance");
  for (const double odd : {-1e-9, HUGE_VAL, std::nan("")})
    refused([odd](auto& o) { o.feasibility = odd; }, "feasibility");
  refused([](auto& o) { o.sampling = shgo::Sampling::sobol; }, "1 to 12 variables", 13);
  refused([](auto& o) { o.local = [](X) { return std::vector<double>{0}; }; }, "number of variables");
  refused([](auto& o) { o.local = [](X x) { return std::vector<double>(x.size(), std::nan("")); }; }, "NaN");
}

TEST(Shgo, NobodyNeedStopIt) {
  shgo::Options options;
  options.stop = nullptr;
  EXPECT_TRUE(minimise(box(bowl, 2, -1, 1), options).success);
}

// tests/example/shgo.cpp is compiled with the library alone.
TEST(Shgo, TheHeadersExampleIsTheOneThatIsCompiled) {
  std::ifstream header(FLASH_SOURCE_DIR "/include/flash/search/shgo/shgo.hpp"),
      example(FLASH_SOURCE_DIR "/tests/example/shgo.cpp");
  std::string shown, line;
  while (std::getline(header, line) && line != "#pragma once")
    if (line.starts_with("//   "))
      shown += line.substr(5) + "\n";
    else if (line == "//" && !shown.empty() && !shown.ends_with("}\n"))
      shown += "\n";
  const std::string compiled{std::istreambuf_iterator<char>(example), {}};
  EXPECT_FALSE(compiled.empty());
  EXPECT_EQ(shown, compiled);
}

}  // namespace
}  // namespace flash
