// Functions whose global minima are known; formulas and optima as listed by S. Surjanovic and D. Bingham's
// Virtual Library of Simulation Experiments and by SciPy's documentation of shgo.
#pragma once

#include <cmath>
#include <functional>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "flash/slsqp/slsqp.hpp"

namespace flash::test {

using X = std::span<const double>;

struct KnownProblem {
  std::string name;
  shgo::Problem problem;
  double optimum = 0;
  shgo::Options options = {};
  std::size_t global_minima = 1;  // how many different points attain the optimum
  std::string python = {};  // the same as Python source, an expression of x, for SciPy; empty: not compared
};

inline double square(double x) { return x * x; }

inline double rosenbrock(X x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    sum += 100 * square(x[i + 1] - x[i] * x[i]) + square(1 - x[i]);
  return sum;
}

inline double hartmann(X x, const std::vector<std::vector<double>>& a,
                       const std::vector<std::vector<double>>& p) {
  constexpr double alpha[] = {1.0, 1.2, 3.0, 3.2};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double exponent = 0;
    for (std::size_t j = 0; j < x.size(); ++j) exponent += a[i][j] * square(x[j] - p[i][j]);
    sum -= alpha[i] * std::exp(-exponent);
  }
  return sum;
}

inline double hartmann3(X x) {
  return hartmann(x, {{3, 10, 30}, {0.1, 10, 35}, {3, 10, 30}, {0.1, 10, 35}},
                  {{0.3689, 0.1170, 0.2673},
                   {0.4699, 0.4387, 0.7470},
                   {0.1091, 0.8732, 0.5547},
                   {0.0381, 0.5743, 0.8828}});
}

inline double hartmann6(X x) {
  return hartmann(x,
                  {{10, 3, 17, 3.5, 1.7, 8},
                   {0.05, 10, 17, 0.1, 8, 14},
                   {3, 3.5, 1.7, 10, 17, 8},
                   {17, 8, 0.05, 10, 0.1, 14}},
                  {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                   {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                   {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                   {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}});
}

inline double ackley(X x) {
  constexpr double turn = 2 * std::numbers::pi;
  return -20 * std::exp(-0.2 * std::sqrt(0.5 * (x[0] * x[0] + x[1] * x[1]))) -
         std::exp(0.5 * (std::cos(turn * x[0]) + std::cos(turn * x[1]))) + 20 + std::numbers::e;
}

inline double goldstein_price(X x) {
  const double a = x[0], b = x[1];
  return (1 + square(a + b + 1) * (19 - 14 * a + 3 * a * a - 14 * b + 6 * a * b + 3 * b * b)) *
         (30 + square(2 * a - 3 * b) * (18 - 32 * a + 12 * a * a + 48 * b - 36 * a * b + 27 * b * b));
}

inline double levy(X x) {
  const double pi = std::numbers::pi;
  const double u = 1 + (x[0] - 1) / 4, v = 1 + (x[1] - 1) / 4;
  return square(std::sin(pi * u)) + square(u - 1) * (1 + 10 * square(std::sin(pi * u + 1))) +
         square(v - 1) * (1 + square(std::sin(2 * pi * v)));
}

inline double shubert(X x) {
  double u = 0, v = 0;
  for (int i = 1; i <= 5; ++i) {
    u += i * std::cos((i + 1) * x[0] + i);
    v += i * std::cos((i + 1) * x[1] + i);
  }
  return u * v;
}

inline double eggholder(X x) {
  return -(x[1] + 47) * std::sin(std::sqrt(std::abs(x[0] / 2 + x[1] + 47))) -
         x[0] * std::sin(std::sqrt(std::abs(x[0] - (x[1] + 47))));
}

inline double mishra_bird(X x) {
  return std::sin(x[1]) * std::exp(square(1 - std::cos(x[0]))) +
         std::cos(x[0]) * std::exp(square(1 - std::sin(x[1]))) + square(x[0] - x[1]);
}

inline shgo::Problem box(std::function<double(X)> f, std::size_t n, double lower, double upper) {
  return {std::move(f), std::vector<double>(n, lower), std::vector<double>(n, upper), {}, {}};
}

inline shgo::Result solve(const shgo::Problem& problem, shgo::Options options = {}) {
  options.reals = shgo::slsqp;
  return shgo::minimise(problem, options);
}

inline shgo::Options with(shgo::Sampling sampling, int points) {
  shgo::Options options;
  options.sampling = sampling;
  options.points = points;
  return options;
}

inline std::vector<KnownProblem> unconstrained_problems() {
  using shgo::Sampling;
  const double pi = std::numbers::pi;
  std::vector<KnownProblem> all;
  all.push_back({"Sphere",
                 box([](X x) { return x[0] * x[0] + x[1] * x[1] + x[2] * x[2]; }, 3, -5, 7),
                 0,
                 {},
                 1,
                 "x[0]**2+x[1]**2+x[2]**2"});
  all.push_back({"Rosenbrock2", box(rosenbrock, 2, -2, 3), 0, {}, 1, "100*(x[1]-x[0]**2)**2+(1-x[0])**2"});
  all.push_back({"Rosenbrock4",
                 box(rosenbrock, 4, -2, 3),
                 0,
                 {},
                 1,
                 "sum(100*(x[i+1]-x[i]**2)**2+(1-x[i])**2 for i in range(3))"});
  all.push_back(
      {"Himmelblau",
       box([](X x) { return square(x[0] * x[0] + x[1] - 11) + square(x[0] + x[1] * x[1] - 7); }, 2, -5, 5),
       0,
       {},
       4,
       "(x[0]**2+x[1]-11)**2+(x[0]+x[1]**2-7)**2"});
  all.push_back({"Rastrigin",
                 box(
                     [pi](X x) {
                       return 20 + x[0] * x[0] + x[1] * x[1] - 10 * std::cos(2 * pi * x[0]) -
                              10 * std::cos(2 * pi * x[1]);
                     },
                     2, -5.12, 4.62),
                 0, with(Sampling::simplicial, 200), 1,
                 "20+x[0]**2+x[1]**2-10*cos(2*pi*x[0])-10*cos(2*pi*x[1])"});
  all.push_back({"Ackley", box(ackley, 2, -4.7, 5), 0, {}});
  all.push_back({"Griewank",
                 box(
                     [](X x) {
                       return 1 + (x[0] * x[0] + x[1] * x[1]) / 4000 -
                              std::cos(x[0]) * std::cos(x[1] / std::sqrt(2.0));
                     },
                     2, -20, 23),
                 0, with(Sampling::sobol, 200)});
  all.push_back({"SixHumpCamel",
                 {[](X x) {
                    const double a = x[0] * x[0], b = x[1] * x[1];
                    return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (4 * b - 4) * b;
                  },
                  {-3, -2},
                  {3, 2},
                  {},
                  {}},
                 -1.0316284534898774,
                 {},
                 2,
                 "(4-2.1*x[0]**2+x[0]**4/3)*x[0]**2+x[0]*x[1]+(4*x[1]**2-4)*x[1]**2"});
  all.push_back({"Branin",
                 {[pi](X x) {
                    return square(x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6) +
                           10 * (1 - 1 / (8 * pi)) * std::cos(x[0]) + 10;
                  },
                  {-5, 0},
                  {10, 15},
                  {},
                  {}},
                 0.39788735772973816,
                 {},
                 3,
                 "(x[1]-5.1/(4*pi**2)*x[0]**2+5/pi*x[0]-6)**2+10*(1-1/(8*pi))*cos(x[0])+10"});
  all.push_back({"GoldsteinPrice", box(goldstein_price, 2, -2, 2), 3});
  all.push_back({"Beale",
                 box(
                     [](X x) {
                       return square(1.5 - x[0] + x[0] * x[1]) + square(2.25 - x[0] + x[0] * square(x[1])) +
                              square(2.625 - x[0] + x[0] * x[1] * x[1] * x[1]);
                     },
                     2, -4.5, 4.5),
                 0,
                 {},
                 1,
                 "(1.5-x[0]+x[0]*x[1])**2+(2.25-x[0]+x[0]*x[1]**2)**2+(2.625-x[0]+x[0]*x[1]**3)**2"});
  all.push_back(
      {"Booth",
       box([](X x) { return square(x[0] + 2 * x[1] - 7) + square(2 * x[0] + x[1] - 5); }, 2, -10, 10),
       0,
       {},
       1,
       "(x[0]+2*x[1]-7)**2+(2*x[0]+x[1]-5)**2"});
  all.push_back({"Matyas",
                 box([](X x) { return 0.26 * (x[0] * x[0] + x[1] * x[1]) - 0.48 * x[0] * x[1]; }, 2, -10, 9),
                 0,
                 {},
                 1,
                 "0.26*(x[0]**2+x[1]**2)-0.48*x[0]*x[1]"});
  all.push_back({"Levy", box(levy, 2, -10, 10), 0});
  all.push_back({"Eggholder", box(eggholder, 2, -512, 512), -959.6406627208506, with(Sampling::sobol, 300)});
  all.push_back({"Hartmann3", box(hartmann3, 3, 0, 1), -3.862779787332660});
  all.push_back({"Hartmann6", box(hartmann6, 6, 0, 1), -3.322368011415515});
  all.push_back({"Shubert", box(shubert, 2, -5.12, 5.12), -186.73090883102398, with(Sampling::sobol, 300)});
  all.push_back({"Schwefel",
                 box(
                     [](X x) {
                       double sum = 418.98288727243369 * 2;
                       for (const double v : x) sum -= v * std::sin(std::sqrt(std::abs(v)));
                       return sum;
                     },
                     2, -500, 500),
                 0, with(Sampling::sobol, 100)});
  return all;
}

inline std::vector<KnownProblem> constrained_problems() {
  using shgo::Sampling;
  std::vector<KnownProblem> all;
  all.push_back(
      {"MishraBird",
       {mishra_bird, {-10, -6.5}, {0, 0}, {[](X x) { return 25 - square(x[0] + 5) - square(x[1] + 5); }}, {}},
       -106.76453674926,
       {},
       1,
       "sin(x[1])*exp((1-cos(x[0]))**2)+cos(x[0])*exp((1-sin(x[1]))**2)+(x[0]-x[1])**2"
       "|25-(x[0]+5)**2-(x[1]+5)**2"});
  all.push_back({"RosenbrockCubicLine",
                 {rosenbrock,
                  {-1.5, -0.5},
                  {1.5, 2.5},
                  {[](X x) { return x[1] - 1 - std::pow(x[0] - 1, 3); }, [](X x) { return 2 - x[0] - x[1]; }},
                  {}},
                 0,
                 {},
                 1,
                 "100*(x[1]-x[0]**2)**2+(1-x[0])**2|x[1]-1-(x[0]-1)**3|2-x[0]-x[1]"});
  all.push_back(
      {"RosenbrockDisk",
       {rosenbrock, {-1.5, -1.5}, {1.5, 1.5}, {[](X x) { return 2 - x[0] * x[0] - x[1] * x[1]; }}, {}},
       0,
       {},
       1,
       "100*(x[1]-x[0]**2)**2+(1-x[0])**2|2-x[0]**2-x[1]**2"});
  all.push_back({"Simionescu",
                 {[](X x) { return 0.1 * x[0] * x[1]; },
                  {-1.25, -1.25},
                  {1.25, 1.25},
                  {[](X x) {
                    return square(1 + 0.2 * std::cos(8 * std::atan2(x[0], x[1]))) - x[0] * x[0] - x[1] * x[1];
                  }},
                  {}},
                 -0.072,
                 {},
                 2});
  all.push_back({"HockSchittkowski29",
                 {[](X x) { return -x[0] * x[1] * x[2]; },
                  {-10, -10, -10},
                  {10, 10, 10},
                  {[](X x) { return 48 - x[0] * x[0] - 2 * x[1] * x[1] - 4 * x[2] * x[2]; }},
                  {}},
                 -16 * std::numbers::sqrt2,
                 with(Sampling::simplicial, 200),
                 4,
                 "-x[0]*x[1]*x[2]|48-x[0]**2-2*x[1]**2-4*x[2]**2"});
  // Its equality x.x = 40 as x.x >= 40, which moves the optimum to (1, 5, 5, 1).
  all.push_back(
      {"HockSchittkowski71Inequality",
       {[](X x) { return x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2]; },
        {1, 1, 1, 1},
        {5, 5, 5, 5},
        {[](X x) { return x[0] * x[1] * x[2] * x[3] - 25; },
         [](X x) { return x[0] * x[0] + x[1] * x[1] + x[2] * x[2] + x[3] * x[3] - 40; }},
        {}},
       16,
       {},
       1,
       "x[0]*x[3]*(x[0]+x[1]+x[2])+x[2]|x[0]*x[1]*x[2]*x[3]-25|x[0]**2+x[1]**2+x[2]**2+x[3]**2-40"});
  return all;
}

}  // namespace flash::test
