// Problems whose solutions are known: W. Hock, K. Schittkowski, "Test Examples for Nonlinear Programming
// Codes", Lecture Notes in Economics and Mathematical Systems 187, 1981, by their numbers there. Bounds that
// they leave open are ten or a hundred here.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "../../rosenbrock.hpp"
#include "flash/search/sqp/sqp.hpp"

namespace flash::test {

using X = std::span<const double>;
using F = std::function<double(X)>;

struct Case {
  std::string name;
  F objective;
  std::vector<F> constraints;
  std::vector<double> lower, upper, start;
  double optimum = 0;
  std::string python = {};  // the same as Python source, expressions of x: objective|constraint|...
};

// Counts evaluations and ends at a cap.
class Counted : public sqp::Problem {
 public:
  explicit Counted(const Case& problem, std::uint64_t cap = ~std::uint64_t{0}) : case_(problem), cap_(cap) {}

  bool evaluate(X x, double& objective, std::span<double> constraints) override {
    if (evaluations == cap_) return false;
    ++evaluations;
    for (std::size_t j = 0; j < x.size(); ++j)
      if (!(x[j] >= case_.lower[j] && x[j] <= case_.upper[j])) within_bounds = false;
    objective = case_.objective(x);
    for (std::size_t i = 0; i < constraints.size(); ++i) constraints[i] = case_.constraints[i](x);
    return true;
  }

  std::uint64_t evaluations = 0;
  bool within_bounds = true;

 private:
  const Case& case_;
  std::uint64_t cap_;
};

struct Answer {
  sqp::Ending ending;
  std::vector<double> x;
  double value;
  double violation;  // the largest of a constraint
  std::uint64_t evaluations;
  bool within_bounds;
};

inline Answer solve(sqp::Solver& solver, const Case& problem, std::uint64_t cap = ~std::uint64_t{0},
                    const sqp::Tolerances& tolerances = {}) {
  Counted counted(problem, cap);
  Answer answer{
      .ending = {}, .x = problem.start, .value = 0, .violation = 0, .evaluations = 0, .within_bounds = true};
  answer.ending = solver.minimise(counted, answer.x, problem.lower, problem.upper, tolerances);
  answer.value = problem.objective(answer.x);
  for (const F& constraint : problem.constraints)
    answer.violation = std::max(answer.violation, -constraint(answer.x));
  answer.evaluations = counted.evaluations;
  answer.within_bounds = counted.within_bounds;
  return answer;
}

inline Answer solve(const Case& problem, std::uint64_t cap = ~std::uint64_t{0},
                    const sqp::Tolerances& tolerances = {}) {
  sqp::Solver solver(problem.start.size(), problem.constraints.size());
  return solve(solver, problem, cap, tolerances);
}

inline std::vector<Case> known_cases() {
  constexpr double root3 = std::numbers::sqrt3;
  return {
      {"HS1", rosenbrock, {}, {-10, -1.5}, {10, 10}, {-2, 1}, 0, "100*(x[1]-x[0]**2)**2+(1-x[0])**2"},
      {"HS2",
       rosenbrock,
       {},
       {-10, 1.5},
       {10, 10},
       {2, 3},
       0.0504261879,
       "100*(x[1]-x[0]**2)**2+(1-x[0])**2"},
      {"HS5",
       [](X x) { return std::sin(x[0] + x[1]) + square(x[0] - x[1]) - 1.5 * x[0] + 2.5 * x[1] + 1; },
       {},
       {-1.5, -3},
       {4, 3},
       {0, 0},
       -0.5 * root3 - std::numbers::pi / 3,
       "sin(x[0]+x[1])+(x[0]-x[1])**2-1.5*x[0]+2.5*x[1]+1"},
      {"HS12",
       [](X x) { return 0.5 * x[0] * x[0] + x[1] * x[1] - x[0] * x[1] - 7 * x[0] - 7 * x[1]; },
       {[](X x) { return 25 - 4 * x[0] * x[0] - x[1] * x[1]; }},
       {-10, -10},
       {10, 10},
       {0, 0},
       -30,
       "0.5*x[0]**2+x[1]**2-x[0]*x[1]-7*x[0]-7*x[1]|25-4*x[0]**2-x[1]**2"},
      {"HS21",
       [](X x) { return 0.01 * x[0] * x[0] + x[1] * x[1] - 100; },
       {[](X x) { return 10 * x[0] - x[1] - 10; }},
       {2, -50},
       {50, 50},
       {2, -1},
       -99.96,
       "0.01*x[0]**2+x[1]**2-100|10*x[0]-x[1]-10"},
      {"HS24",
       [](X x) { return (square(x[0] - 3) - 9) * x[1] * x[1] * x[1] / (27 * root3); },
       {[](X x) { return x[0] / root3 - x[1]; }, [](X x) { return x[0] + root3 * x[1]; },
        [](X x) { return 6 - x[0] - root3 * x[1]; }},
       {0, 0},
       {10, 10},
       {1, 0.5},
       -1,
       "((x[0]-3)**2-9)*x[1]**3/(27*sqrt(3))|x[0]/sqrt(3)-x[1]|x[0]+sqrt(3)*x[1]|6-x[0]-sqrt(3)*x[1]"},
      {"HS34",
       [](X x) { return -x[0]; },
       {[](X x) { return x[1] - std::exp(x[0]); }, [](X x) { return x[2] - std::exp(x[1]); }},
       {0, 0, 0},
       {100, 100, 10},
       {0, 1.05, 2.9},
       -std::log(std::log(10.0)),
       "-x[0]|x[1]-exp(x[0])|x[2]-exp(x[1])"},
      {"HS35",
       [](X x) {
         return 9 - 8 * x[0] - 6 * x[1] - 4 * x[2] + 2 * x[0] * x[0] + 2 * x[1] * x[1] + x[2] * x[2] +
                2 * x[0] * x[1] + 2 * x[0] * x[2];
       },
       {[](X x) { return 3 - x[0] - x[1] - 2 * x[2]; }},
       {0, 0, 0},
       {10, 10, 10},
       {0.5, 0.5, 0.5},
       1.0 / 9,
       "9-8*x[0]-6*x[1]-4*x[2]+2*x[0]**2+2*x[1]**2+x[2]**2+2*x[0]*x[1]+2*x[0]*x[2]|3-x[0]-x[1]-2*x[2]"},
      {"HS43",
       [](X x) {
         return x[0] * x[0] + x[1] * x[1] + 2 * x[2] * x[2] + x[3] * x[3] - 5 * x[0] - 5 * x[1] - 21 * x[2] +
                7 * x[3];
       },
       {[](X x) {
          return 8 - x[0] * x[0] - x[1] * x[1] - x[2] * x[2] - x[3] * x[3] - x[0] + x[1] - x[2] + x[3];
        },
        [](X x) { return 10 - x[0] * x[0] - 2 * x[1] * x[1] - x[2] * x[2] - 2 * x[3] * x[3] + x[0] + x[3]; },
        [](X x) { return 5 - 2 * x[0] * x[0] - x[1] * x[1] - x[2] * x[2] - 2 * x[0] + x[1] + x[3]; }},
       {-10, -10, -10, -10},
       {10, 10, 10, 10},
       {0, 0, 0, 0},
       -44,
       "x[0]**2+x[1]**2+2*x[2]**2+x[3]**2-5*x[0]-5*x[1]-21*x[2]+7*x[3]"
       "|8-x[0]**2-x[1]**2-x[2]**2-x[3]**2-x[0]+x[1]-x[2]+x[3]"
       "|10-x[0]**2-2*x[1]**2-x[2]**2-2*x[3]**2+x[0]+x[3]|5-2*x[0]**2-x[1]**2-x[2]**2-2*x[0]+x[1]+x[3]"},
      {"HS66",
       [](X x) { return 0.2 * x[2] - 0.8 * x[0]; },
       {[](X x) { return x[1] - std::exp(x[0]); }, [](X x) { return x[2] - std::exp(x[1]); }},
       {0, 0, 0},
       {100, 100, 10},
       {0, 1.05, 2.9},
       0.5181632741,
       "0.2*x[2]-0.8*x[0]|x[1]-exp(x[0])|x[2]-exp(x[1])"},
      // Its equality x.x = 40 as x.x <= 40, the side that binds.
      {"HS71",
       [](X x) { return x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2]; },
       {[](X x) { return x[0] * x[1] * x[2] * x[3] - 25; },
        [](X x) { return 40 - x[0] * x[0] - x[1] * x[1] - x[2] * x[2] - x[3] * x[3]; }},
       {1, 1, 1, 1},
       {5, 5, 5, 5},
       {1, 5, 5, 1},
       17.0140173,
       "x[0]*x[3]*(x[0]+x[1]+x[2])+x[2]|x[0]*x[1]*x[2]*x[3]-25|40-x[0]**2-x[1]**2-x[2]**2-x[3]**2"},
      {"HS76",
       [](X x) {
         return x[0] * x[0] + 0.5 * x[1] * x[1] + x[2] * x[2] + 0.5 * x[3] * x[3] - x[0] * x[2] +
                x[2] * x[3] - x[0] - 3 * x[1] + x[2] - x[3];
       },
       {[](X x) { return 5 - x[0] - 2 * x[1] - x[2] - x[3]; },
        [](X x) { return 4 - 3 * x[0] - x[1] - 2 * x[2] + x[3]; }, [](X x) { return x[1] + 4 * x[2] - 1.5; }},
       {0, 0, 0, 0},
       {10, 10, 10, 10},
       {0.5, 0.5, 0.5, 0.5},
       -4.681818182,
       "x[0]**2+0.5*x[1]**2+x[2]**2+0.5*x[3]**2-x[0]*x[2]+x[2]*x[3]-x[0]-3*x[1]+x[2]-x[3]"
       "|5-x[0]-2*x[1]-x[2]-x[3]|4-3*x[0]-x[1]-2*x[2]+x[3]|x[1]+4*x[2]-1.5"},
      {"HS100",
       [](X x) {
         return square(x[0] - 10) + 5 * square(x[1] - 12) + std::pow(x[2], 4) + 3 * square(x[3] - 11) +
                10 * std::pow(x[4], 6) + 7 * x[5] * x[5] + std::pow(x[6], 4) - 4 * x[5] * x[6] - 10 * x[5] -
                8 * x[6];
       },
       {[](X x) { return 127 - 2 * x[0] * x[0] - 3 * std::pow(x[1], 4) - x[2] - 4 * x[3] * x[3] - 5 * x[4]; },
        [](X x) { return 282 - 7 * x[0] - 3 * x[1] - 10 * x[2] * x[2] - x[3] + x[4]; },
        [](X x) { return 196 - 23 * x[0] - x[1] * x[1] - 6 * x[5] * x[5] + 8 * x[6]; },
        [](X x) {
          return -4 * x[0] * x[0] - x[1] * x[1] + 3 * x[0] * x[1] - 2 * x[2] * x[2] - 5 * x[5] + 11 * x[6];
        }},
       std::vector<double>(7, -10),
       std::vector<double>(7, 10),
       {1, 2, 0, 4, 0, 1, 1},
       680.6300573,
       "(x[0]-10)**2+5*(x[1]-12)**2+x[2]**4+3*(x[3]-11)**2+10*x[4]**6+7*x[5]**2+x[6]**4-4*x[5]*x[6]-10*x[5]"
       "-8*x[6]|127-2*x[0]**2-3*x[1]**4-x[2]-4*x[3]**2-5*x[4]|282-7*x[0]-3*x[1]-10*x[2]**2-x[3]+x[4]"
       "|196-23*x[0]-x[1]**2-6*x[5]**2+8*x[6]|-4*x[0]**2-x[1]**2+3*x[0]*x[1]-2*x[2]**2-5*x[5]+11*x[6]"},
  };
}

}  // namespace flash::test
