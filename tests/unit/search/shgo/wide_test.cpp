// Bounds far wider than what they hold, and far from zero.
#include <gtest/gtest.h>

#include <algorithm>
#include <numbers>
#include <set>

#include "scipy.hpp"

namespace flash {
namespace {

using namespace test;

constexpr double factors[] = {10, 1e3, 1e6};

bool is_found(double value, double optimum) {
  return value <= optimum + 1e-6 * std::max(1.0, std::abs(optimum));
}

// Functions of few minima, in one variable's bounds and in all of them.
TEST(ShgoWide, FindsTheMinimaOfWideBounds) {
  const std::set<std::string> names{"Sphere", "Rosenbrock2", "Himmelblau", "Branin",
                                    "Booth",  "Matyas",      "MishraBird", "RosenbrockDisk"};
  std::size_t found = 0;
  for (const double factor : factors)
    for (const std::size_t stride : {1U, 2U, 9U})
      for (const KnownProblem& known : widened(factor, stride)) {
        if (!names.contains(known.name)) continue;
        for (const shgo::Sampling sampling : {shgo::Sampling::simplicial, shgo::Sampling::sobol}) {
          shgo::Options options = with(sampling, 128);
          options.local_evaluations = 10'000;  // valleys that wind are long
          const shgo::Result result = solve(known.problem, options);
          EXPECT_TRUE(result.success && is_found(result.value, known.optimum))
              << known.name << " x " << factor << " in every " << stride << "-th, sampling "
              << static_cast<int>(sampling) << ": " << result.value;
          ++found;
        }
      }
  EXPECT_EQ(found, names.size() * 18);
}

TEST(ShgoWide, MinimaThatAreNearInWideBoundsStayApart) {
  for (const KnownProblem& known : widened(1e4, 1)) {
    if (known.name != "Himmelblau") continue;
    const shgo::Result result = solve(known.problem, with(shgo::Sampling::sobol, 500));
    std::size_t attained = 0;
    for (const shgo::Minimum& minimum : result.minima) attained += minimum.value < 1e-6 ? 1 : 0;
    EXPECT_GE(attained, 2U);
    EXPECT_LE(attained, 4U);
  }
}

// Rounding of x leaves these much.
TEST(ShgoWide, BoundsFarFromZero) {
  for (const double away : {1e3, 1e6, 1e9, -1e6, 1e12})
    for (const double at : {0.0, 0.3, 0.77, 1.0}) {
      const double middle = away + at, rounding = std::max(1e-8, square(1e-15 * away));
      const auto expect = [&](const std::function<double(X)>& f, std::size_t n, double lower, double upper,
                              double optimum) {
        for (const shgo::Sampling sampling : {shgo::Sampling::simplicial, shgo::Sampling::sobol})
          EXPECT_NEAR(solve(box(f, n, lower, upper), with(sampling, 100)).value, optimum, rounding)
              << at << " from " << away;
      };
      expect([=](X x) { return square(x[0] - middle); }, 1, away, away + 1, 0);
      expect([=](X x) { return 1 + square(x[0] - middle) + square(x[0] + x[1] - 2 * middle); }, 2, away,
             away + 1, 1);
      expect([=](X x) { return std::pow(x[0] - middle, 4) + square(x[1] - middle); }, 2, away, away + 1, 0);
      if (std::abs(away) < 1e12)
        expect(
            [=](X x) {
              return rosenbrock(std::vector<double>{x[0] - away, x[1] - away});
            },
            2, away - 2, away + 3, 0);
    }
}

// A step doubles x at most where bounds are far away: it has to be taken often.
TEST(ShgoWide, MinimaOfAnySizeInBoundsOfAnyWidth) {
  for (const double width : {1e6, 1e8, 1e10, 1e15})
    for (const double at : {0.0, 0.1, -3.25, 77.0, 12345.678}) {
      const auto expect = [&](const std::function<double(X)>& f, std::size_t n, double optimum) {
        const shgo::Result result = solve(box(f, n, -width, 1.3 * width));
        EXPECT_NEAR(result.value, optimum, 1e-7) << at << " within " << width;
      };
      expect([at](X x) { return square(x[0] - at); }, 1, 0);
      expect([at](X x) { return std::pow(x[0] - at, 4) + square(x[0] - at); }, 1, 0);
      expect([at](X x) { return std::sqrt(1 + square(x[0] - at)); }, 1, 1);
      expect([at](X x) { return square(x[0] + x[1] - 2 * at) + 100 * square(x[0] - x[1]); }, 2, 0);
      expect(
          [at](X x) {
            double sum = 0;
            for (std::size_t j = 0; j < x.size(); ++j) sum += square(x[j] - at - static_cast<double>(j));
            return sum;
          },
          5, 0);
    }
}

TEST(ShgoWide, ConstraintsInWideBounds) {
  const auto circle = [](X x) { return square(x[0]) + square(x[1]) - 2; };
  const auto sum = [](X x) { return x[0] + x[1]; };
  for (const double width : {1e2, 1e3, 1e4, 1e6}) {
    const auto expect = [width](const std::function<double(X)>& f,
                                std::vector<std::function<double(X)>> inequalities, double optimum) {
      shgo::Problem problem = box(f, 2, -width, 1.1 * width);
      problem.inequalities = std::move(inequalities);
      for (const shgo::Sampling sampling : {shgo::Sampling::simplicial, shgo::Sampling::sobol}) {
        const shgo::Result result = solve(problem, with(sampling, 100));
        ASSERT_TRUE(result.success) << width;
        EXPECT_NEAR(result.value, optimum, 1e-6) << width;
        for (const auto& inequality : problem.inequalities) EXPECT_GE(inequality(result.x), -1e-8);
      }
    };
    expect(sum, {circle, [=](X x) { return -circle(x); }}, -2);
    expect(sum, {[=](X x) { return -circle(x); }}, -2);
    expect([](X x) { return square(x[0]) + square(x[1]) + 0.1 * x[0]; }, {circle},
           2 - 0.1 * std::numbers::sqrt2);
    expect([](X x) { return square(x[0]) + square(x[1]); },
           {[=](X x) { return sum(x) - 1; }, [=](X x) { return 1 - sum(x); }}, 0.5);
  }
}

// Of all known problems in wide bounds SciPy misses at least half as many minima again as we do, and finds
// hardly any that we miss.
TEST(ShgoWide, FindsMoreThanSciPy) {
  if (!have_scipy()) GTEST_SKIP() << "no SciPy";
  std::vector<Comparison> all;
  for (const double factor : factors)
    for (const KnownProblem& known : widened(factor, 1))
      all.push_back(comparison(known, shgo::Sampling::sobol, known.sobol, 1));
  const Json answers = ask_scipy(all, 0);
  std::size_t ours_missed = 0, theirs_missed = 0, only_theirs = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double optimum = all[i].known.optimum;
    const shgo::Result result = solve(all[i].known.problem, all[i].options);
    const bool ours = result.success && is_found(result.value, optimum);
    const Json& minima = answers[i].at("minima");
    const bool theirs = !minima.empty() && is_found(number_or_nan(minima.front()), optimum);
    ours_missed += ours ? 0 : 1;
    theirs_missed += theirs ? 0 : 1;
    only_theirs += theirs && !ours ? 1 : 0;
  }
  EXPECT_GE(2 * theirs_missed, 3 * ours_missed)
      << theirs_missed << " and " << ours_missed << " of " << all.size();
  EXPECT_LE(20 * only_theirs, all.size()) << only_theirs;
}

}  // namespace
}  // namespace flash
