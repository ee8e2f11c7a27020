#include "flash/search/sqp/sqp.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "../../python.hpp"
#include "problems.hpp"

namespace flash {
namespace {

using namespace test;
using sqp::Ending;

class Known : public testing::TestWithParam<Case> {};

void expect_solved(const Case& problem, const Answer& answer) {
  EXPECT_EQ(answer.ending, Ending::converged);
  EXPECT_NEAR(answer.value, problem.optimum, 1e-6 * std::max(1.0, std::abs(problem.optimum)));
  EXPECT_LE(answer.violation, 1e-8);
  EXPECT_TRUE(answer.within_bounds);
}

// Towards HS1's minimum of zero no relative tolerance is ever met.
constexpr sqp::Tolerances towards_zero{.objective = 1e-12};

Answer solve_known(const Case& problem) { return solve(problem, 10'000, towards_zero); }

TEST_P(Known, FindsTheMinimum) { expect_solved(GetParam(), solve_known(GetParam())); }

// Twice each constraint, the second time scaled: linearly dependent wherever one is active.
TEST_P(Known, RedundantConstraintsDoNoHarm) {
  Case problem = GetParam();
  for (const F& constraint : GetParam().constraints) {
    problem.constraints.push_back(constraint);
    problem.constraints.push_back([constraint](X x) { return 3 * constraint(x); });
  }
  problem.constraints.push_back([](X) { return 1.0; });
  problem.constraints.push_back([](X) { return 0.0; });
  expect_solved(problem, solve_known(problem));
}

TEST_P(Known, FixedVariablesStay) {
  Case problem = GetParam();
  problem.lower.insert(problem.lower.begin() + 1, 7);
  problem.upper.insert(problem.upper.begin() + 1, 7);
  problem.start.insert(problem.start.begin() + 1, 0);
  const auto without = [](const F& f) {
    return [f](X x) {
      std::vector<double> rest(x.begin(), x.end());
      rest.erase(rest.begin() + 1);
      return f(rest);
    };
  };
  problem.objective = without(problem.objective);
  for (F& constraint : problem.constraints) constraint = without(constraint);
  const Answer answer = solve_known(problem);
  EXPECT_EQ(answer.x[1], 7);
  expect_solved(problem, answer);
  EXPECT_LE(answer.evaluations,
            solve_known(GetParam()).evaluations + 8);  // a step more, for all that rounding does
}

// Whenever it is cut off it has the best iterate so far.
TEST_P(Known, KeepsTheCap) {
  const std::uint64_t all = solve(GetParam()).evaluations;
  double last = std::numeric_limits<double>::infinity();
  for (std::uint64_t cap = 1; cap < all; ++cap) {
    const Answer answer = solve(GetParam(), cap);
    EXPECT_EQ(answer.ending, Ending::stopped);
    EXPECT_EQ(answer.evaluations, cap);
    if (answer.violation > 1e-8) continue;
    EXPECT_LE(answer.value, last);
    last = answer.value;
  }
}

TEST_P(Known, MemoryOfEarlierProblemsChangesNothing) {
  const Case& problem = GetParam();
  sqp::Solver solver(problem.start.size(), problem.constraints.size());
  const Answer first = solve(solver, problem);
  Case other = problem;
  other.objective = [](X x) { return square(x[0] - 2) + 0.1 * x.back(); };
  solve(solver, other);
  const Answer again = solve(solver, problem);
  EXPECT_EQ(again.x, first.x);
  EXPECT_EQ(again.evaluations, first.evaluations);
}

INSTANTIATE_TEST_SUITE_P(Sqp, Known, testing::ValuesIn(known_cases()),
                         [](const auto& test_info) { return test_info.param.name; });

// SciPy's SLSQP from the same starts: the same minimum with about as many evaluations.
TEST(Sqp, AgreesWithSciPy) {
  Json data = Json::array();
  for (const Case& problem : known_cases()) {
    Json bounds = Json::array();
    for (std::size_t j = 0; j < problem.lower.size(); ++j)
      bounds.push_back({problem.lower[j], problem.upper[j]});
    data.push_back({{"text", problem.python},
                    {"bounds", bounds},
                    {"start", problem.start},
                    {"accuracy", 1e-9 * std::max(1.0, std::abs(problem.optimum))}});
  }
  const auto theirs = ask_python(R"(
from math import *
result = []
for case in data:
    functions = [eval('lambda x: ' + text) for text in case['text'].split('|')]
    calls = [0]
    def counted(x):
        calls[0] += 1
        return functions[0](x)
    found = scipy.optimize.minimize(counted, case['start'], bounds=case['bounds'], method='SLSQP',
                                    constraints=[{'type': 'ineq', 'fun': f} for f in functions[1:]],
                                    options={'ftol': case['accuracy']})
    result.append([float(found.fun), calls[0]])
)",
                                 data);
  if (!theirs) GTEST_SKIP() << "no SciPy";
  std::uint64_t our_evaluations = 0, their_evaluations = 0;
  for (std::size_t k = 0; k < data.size(); ++k) {
    const Case problem = known_cases()[k];
    const Answer ours = solve(problem);
    const double value = (*theirs)[k][0];
    const auto evaluations = (*theirs)[k][1].get<std::uint64_t>();
    EXPECT_NEAR(ours.value, value, 1e-6 * std::max(1.0, std::abs(value))) << problem.name;
    EXPECT_LE(ours.evaluations, evaluations + evaluations / 2) << problem.name;
    our_evaluations += ours.evaluations;
    their_evaluations += evaluations;
  }
  EXPECT_LE(our_evaluations, their_evaluations + their_evaluations / 10);
}

Case one_variable() {
  return {"", [](X x) { return square(x[0] - 0.3) * (1 + x[0] * x[0]); }, {}, {-1}, {2}, {1.5}, 0};
}

TEST(Sqp, OneVariable) {
  Case problem = one_variable();
  EXPECT_NEAR(solve(problem, 1000, towards_zero).x[0], 0.3, 1e-5);
  problem.constraints = {[](X x) { return x[0] - 0.75; }};
  EXPECT_NEAR(solve(problem).x[0], 0.75, 1e-8);
  problem.upper = {0.5};  // contradicts the constraint
  problem.start = {0.1};
  const Answer answer = solve(problem);
  EXPECT_EQ(answer.ending, Ending::stalled);
  EXPECT_EQ(answer.x[0], 0.5);
}

TEST(Sqp, NothingToMove) {
  Case problem = one_variable();
  problem.lower = problem.upper = {1};
  const Answer answer = solve(problem);
  EXPECT_EQ(answer.ending, Ending::converged);
  EXPECT_EQ(answer.x[0], 1);
  EXPECT_EQ(answer.evaluations, 1U);
}

TEST(Sqp, RosenbrockInManyVariables) {
  for (const std::size_t n : {2U, 5U, 10U, 20U}) {
    Case problem{"",
                 rosenbrock,
                 {},
                 std::vector<double>(n, -2),
                 std::vector<double>(n, 3),
                 std::vector<double>(n, 0.5),
                 0};
    const Answer answer = solve(problem, 100'000, towards_zero);
    EXPECT_LT(answer.value, 1e-6) << n;
  }
}

// The Hock-Schittkowski problems from every corner of a box: a feasible local minimum, never a failure.
TEST(Sqp, ConvexProblemsFromInfeasibleStarts) {
  for (Case problem : known_cases()) {
    if (problem.name != "HS35" && problem.name != "HS43" && problem.name != "HS76" &&
        problem.name != "HS12" && problem.name != "HS21" && problem.name != "HS100")
      continue;
    const std::size_t n = problem.start.size();
    for (std::size_t corner = 0; corner < (std::size_t{1} << n); ++corner) {
      for (std::size_t j = 0; j < n; ++j)
        problem.start[j] = ((corner >> j) & 1U) != 0 ? problem.lower[j] : problem.upper[j];
      const Answer answer = solve(problem);
      EXPECT_NEAR(answer.value, problem.optimum, 1e-6 * std::max(1.0, std::abs(problem.optimum)))
          << problem.name << " from corner " << corner;
      EXPECT_LE(answer.violation, 1e-8);
    }
  }
}

// At the start the first constraint's linearisation is kept nowhere within bounds, the constraint is.
TEST(Sqp, RelaxesLinearisationsThatCannotBeKept) {
  const Case problem{"",
                     [](X x) { return x[0] + x[1]; },
                     {[](X x) { return x[0] * x[0] * x[0] - 1; }, [](X x) { return 4 - x[0] + x[1]; }},
                     {0, 0},
                     {5, 1},
                     {0.1, 0.5},
                     1};
  const Answer answer = solve(problem);
  expect_solved(problem, answer);
}

TEST(Sqp, MissesAnInfeasibleProblemByLittle) {
  const Case problem{"",
                     [](X x) { return x[0]; },
                     {[](X x) { return x[0] * x[0] + x[1] * x[1] - 4; }, [](X x) { return 1 - x[0] * x[0]; },
                      [](X x) { return 1 - x[1] * x[1]; }},
                     {-3, -3},
                     {3, 3},
                     {0.5, 0.25},
                     0};
  const Answer answer = solve(problem);
  EXPECT_NE(answer.ending, Ending::converged);
  EXPECT_LE(answer.violation, 2);
  EXPECT_LE(answer.evaluations, 3000U);
}

TEST(Sqp, AvoidsWhatIsNotFinite) {
  for (const double odd : {std::nan(""), HUGE_VAL}) {
    Case problem{"",     [odd](X x) { return x[0] > 2 ? odd : square(x[0] - 1.9) + square(x[1]); },
                 {},     {-5, -5},
                 {5, 5}, {-4, 3},
                 0};
    EXPECT_NEAR(solve(problem, 1000, towards_zero).value, 0, 1e-6);
    problem.objective = [](X x) { return square(x[0] - 1.9) + square(x[1]); };
    problem.constraints = {[odd](X x) { return x[0] > 2 ? -odd : 1.0; }};
    EXPECT_NEAR(solve(problem, 1000, towards_zero).value, 0, 1e-6);
    problem.start = {4, 0};  // where nothing is known of the constraint
    EXPECT_EQ(solve(problem).ending, Ending::stalled);
    problem.constraints.clear();
    problem.objective = [odd](X) { return odd; };
    EXPECT_EQ(solve(problem).x, problem.start);
  }
}

TEST(Sqp, LinearObjectivesEndInACorner) {
  const Case problem{
      "",   [](X x) { return x[0] - 1e3 * x[1] + 0 * x[2]; }, {}, {-1, -1, -1}, {2, 2, 2}, {0.1, 0.2, 0.3},
      -2001};
  const Answer answer = solve(problem);
  EXPECT_EQ(answer.ending, Ending::converged);
  EXPECT_NEAR(answer.value, -2001, 1e-9);
}

TEST(Sqp, ErrorsComeThrough) {
  Case problem = one_variable();
  problem.objective = [](X) -> double { throw std::runtime_error("broken"); };
  EXPECT_THROW(solve(problem), std::runtime_error);
}

}  // namespace
}  // namespace flash
