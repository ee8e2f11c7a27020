// Functions whose global minima are known; formulas and optima as listed by S. Surjanovic and D. Bingham's
// Virtual Library of Simulation Experiments and by SciPy's documentation of shgo.
#pragma once

#include <cmath>
#include <functional>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "../../rosenbrock.hpp"
#include "flash/search/shgo/shgo.hpp"

namespace flash::test {

using X = std::span<const double>;

struct KnownProblem {
  std::string name;
  shgo::Problem problem;
  double optimum = 0;
  shgo::Options options = {};
  std::size_t global_minima = 1;  // how many different points attain the optimum
  std::string python = {};        // the same as Python source, expressions of x: objective|inequality|...
  int sobol = 0;                  // points of a Sobol sample to compare with SciPy's; 0: not compared
  int simplicial = 0;             // iterations (SciPy's count) of a simplicial one
};

template <std::size_t N>
double hartmann(X x, const double (&a)[4][N], const double (&p)[4][N]) {
  constexpr double alpha[] = {1.0, 1.2, 3.0, 3.2};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double exponent = 0;
    for (std::size_t j = 0; j < N; ++j) exponent += a[i][j] * square(x[j] - p[i][j]);
    sum -= alpha[i] * std::exp(-exponent);
  }
  return sum;
}

inline double hartmann3(X x) {
  static constexpr double a[4][3] = {{3, 10, 30}, {0.1, 10, 35}, {3, 10, 30}, {0.1, 10, 35}};
  static constexpr double p[4][3] = {
      {0.3689, 0.1170, 0.2673}, {0.4699, 0.4387, 0.7470}, {0.1091, 0.8732, 0.5547}, {0.0381, 0.5743, 0.8828}};
  return hartmann(x, a, p);
}

inline double hartmann6(X x) {
  static constexpr double a[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                     {0.05, 10, 17, 0.1, 8, 14},
                                     {3, 3.5, 1.7, 10, 17, 8},
                                     {17, 8, 0.05, 10, 0.1, 14}};
  static constexpr double p[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                     {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                     {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                     {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
  return hartmann(x, a, p);
}

inline double ackley(X x) {
  constexpr double turn = 2 * std::numbers::pi;
  return -20 * std::exp(-0.2 * std::sqrt(0.5 * (x[0] * x[0] + x[1] * x[1]))) -
         std::exp(0.5 * (std::cos(turn * x[0]) + std::cos(turn * x[1]))) + 20 + std::numbers::e;
}

inline double griewank(X x) {
  return 1 + (x[0] * x[0] + x[1] * x[1]) / 4000 - std::cos(x[0]) * std::cos(x[1] / std::sqrt(2.0));
}

inline double rastrigin(X x) {
  constexpr double turn = 2 * std::numbers::pi;
  return 20 + x[0] * x[0] + x[1] * x[1] - 10 * std::cos(turn * x[0]) - 10 * std::cos(turn * x[1]);
}

inline double schwefel(X x) {
  double sum = 418.98288727243369 * 2;
  for (const double v : x) sum -= v * std::sin(std::sqrt(std::abs(v)));
  return sum;
}

inline double styblinski_tang(X x) {
  double sum = 0;
  for (const double v : x) sum += (v * v * v * v - 16 * v * v + 5 * v) / 2;
  return sum;
}

inline double shekel(X x) {
  constexpr double c[5][5] = {
      {4, 4, 4, 4, 0.1}, {1, 1, 1, 1, 0.2}, {8, 8, 8, 8, 0.2}, {6, 6, 6, 6, 0.4}, {3, 7, 3, 7, 0.4}};
  double sum = 0;
  for (const auto& r : c)
    sum -= 1 / (square(x[0] - r[0]) + square(x[1] - r[1]) + square(x[2] - r[2]) + square(x[3] - r[3]) + r[4]);
  return sum;
}

inline double branin(X x) {
  const double pi = std::numbers::pi;
  return square(x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6) +
         10 * (1 - 1 / (8 * pi)) * std::cos(x[0]) + 10;
}

inline double six_hump_camel(X x) {
  const double a = x[0] * x[0], b = x[1] * x[1];
  return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (4 * b - 4) * b;
}

inline double beale(X x) {
  return square(1.5 - x[0] + x[0] * x[1]) + square(2.25 - x[0] + x[0] * square(x[1])) +
         square(2.625 - x[0] + x[0] * x[1] * x[1] * x[1]);
}

inline double gramacy_lee(X x) {
  return std::sin(10 * std::numbers::pi * x[0]) / (2 * x[0]) + std::pow(x[0] - 1, 4);
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

inline shgo::Result solve(const shgo::Problem& problem, const shgo::Options& options = {}) {
  return shgo::minimise(problem, options);
}

inline shgo::Options with(shgo::Sampling sampling, int points) {
  shgo::Options options;
  options.sampling = sampling;
  options.points = points;
  return options;
}

inline std::vector<KnownProblem> known_problems() {
  using shgo::Sampling;
  std::vector<KnownProblem> all;
  const auto add = [&](KnownProblem problem) { all.push_back(std::move(problem)); };
  add({.name = "GramacyLee",
       .problem = box(gramacy_lee, 1, 0.5, 2.5),
       .optimum = -0.86901113442442,
       .python = "sin(10*pi*x[0])/(2*x[0])+(x[0]-1)**4",
       .sobol = 64,
       .simplicial = 7});
  add({.name = "Sphere",
       .problem = box([](X x) { return x[0] * x[0] + x[1] * x[1] + x[2] * x[2]; }, 3, -5, 7),
       .python = "x[0]**2+x[1]**2+x[2]**2",
       .sobol = 128,
       .simplicial = 3});
  add({.name = "Rosenbrock2",
       .problem = box(rosenbrock, 2, -2, 3),
       .python = "100*(x[1]-x[0]**2)**2+(1-x[0])**2",
       .sobol = 128,
       .simplicial = 2});
  add({.name = "Rosenbrock4",
       .problem = box(rosenbrock, 4, -2, 3),
       .python = "sum(100*(x[i+1]-x[i]**2)**2+(1-x[i])**2 for i in range(3))",
       .sobol = 128,
       .simplicial = 3});
  add({.name = "Himmelblau",
       .problem = box([](X x) { return square(x[0] * x[0] + x[1] - 11) + square(x[0] + x[1] * x[1] - 7); }, 2,
                      -5, 5),
       .global_minima = 4,
       .python = "(x[0]**2+x[1]-11)**2+(x[0]+x[1]**2-7)**2",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "Rastrigin",
       .problem = box(rastrigin, 2, -5.12, 4.62),
       .options = with(Sampling::simplicial, 200),
       .python = "20+x[0]**2+x[1]**2-10*cos(2*pi*x[0])-10*cos(2*pi*x[1])",
       .sobol = 512});
  add({.name = "Ackley",
       .problem = box(ackley, 2, -4.7, 5),
       .python = "-20*exp(-0.2*sqrt(0.5*(x[0]**2+x[1]**2)))-exp(0.5*(cos(2*pi*x[0])+cos(2*pi*x[1])))+20+e",
       .sobol = 64,
       .simplicial = 3});
  add({.name = "Griewank",
       .problem = box(griewank, 2, -20, 23),
       .options = with(Sampling::sobol, 200),
       .python = "1+(x[0]**2+x[1]**2)/4000-cos(x[0])*cos(x[1]/sqrt(2))",
       .sobol = 512});
  add({.name = "SixHumpCamel",
       .problem = {six_hump_camel, {-3, -2}, {3, 2}, {}, {}},
       .optimum = -1.0316284534898774,
       .global_minima = 2,
       .python = "(4-2.1*x[0]**2+x[0]**4/3)*x[0]**2+x[0]*x[1]+(4*x[1]**2-4)*x[1]**2",
       .sobol = 128,
       .simplicial = 5});
  add({.name = "Branin",
       .problem = {branin, {-5, 0}, {10, 15}, {}, {}},
       .optimum = 0.39788735772973816,
       .global_minima = 3,
       .python = "(x[1]-5.1/(4*pi**2)*x[0]**2+5/pi*x[0]-6)**2+10*(1-1/(8*pi))*cos(x[0])+10",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "GoldsteinPrice",
       .problem = box(goldstein_price, 2, -2, 2),
       .optimum = 3,
       .python = "(1+(x[0]+x[1]+1)**2*(19-14*x[0]+3*x[0]**2-14*x[1]+6*x[0]*x[1]+3*x[1]**2))"
                 "*(30+(2*x[0]-3*x[1])**2*(18-32*x[0]+12*x[0]**2+48*x[1]-36*x[0]*x[1]+27*x[1]**2))",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "Beale",
       .problem = box(beale, 2, -4.5, 4.5),
       .python = "(1.5-x[0]+x[0]*x[1])**2+(2.25-x[0]+x[0]*x[1]**2)**2+(2.625-x[0]+x[0]*x[1]**3)**2",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "Booth",
       .problem =
           box([](X x) { return square(x[0] + 2 * x[1] - 7) + square(2 * x[0] + x[1] - 5); }, 2, -10, 10),
       .python = "(x[0]+2*x[1]-7)**2+(2*x[0]+x[1]-5)**2",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "Matyas",
       .problem = box([](X x) { return 0.26 * (x[0] * x[0] + x[1] * x[1]) - 0.48 * x[0] * x[1]; }, 2, -10, 9),
       .python = "0.26*(x[0]**2+x[1]**2)-0.48*x[0]*x[1]",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "Levy",
       .problem = box(levy, 2, -10, 10),
       .python = "sin(pi*(1+(x[0]-1)/4))**2+((x[0]-1)/4)**2*(1+10*sin(pi*(1+(x[0]-1)/4)+1)**2)"
                 "+((x[1]-1)/4)**2*(1+sin(2*pi*(1+(x[1]-1)/4))**2)",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "Eggholder",
       .problem = box(eggholder, 2, -512, 512),
       .optimum = -959.6406627208506,
       .options = with(Sampling::sobol, 300),
       .python = "-(x[1]+47)*sin(sqrt(abs(x[0]/2+x[1]+47)))-x[0]*sin(sqrt(abs(x[0]-(x[1]+47))))",
       .sobol = 1024});
  add({.name = "Hartmann3",
       .problem = box(hartmann3, 3, 0, 1),
       .optimum = -3.862779787332660,
       .python = "-sum(a*exp(-sum(r[j]*(x[j]-p[j])**2 for j in range(3))) for a,r,p in ("
                 "(1,(3,10,30),(.3689,.1170,.2673)),(1.2,(.1,10,35),(.4699,.4387,.7470)),"
                 "(3,(3,10,30),(.1091,.8732,.5547)),(3.2,(.1,10,35),(.0381,.5743,.8828))))",
       .sobol = 128,
       .simplicial = 3});
  add({.name = "Hartmann6",
       .problem = box(hartmann6, 6, 0, 1),
       .optimum = -3.322368011415515,
       .python = "-sum(a*exp(-sum(r[j]*(x[j]-p[j])**2 for j in range(6))) for a,r,p in ("
                 "(1,(10,3,17,3.5,1.7,8),(.1312,.1696,.5569,.0124,.8283,.5886)),"
                 "(1.2,(.05,10,17,.1,8,14),(.2329,.4135,.8307,.3736,.1004,.9991)),"
                 "(3,(3,3.5,1.7,10,17,8),(.2348,.1451,.3522,.2883,.3047,.6650)),"
                 "(3.2,(17,8,.05,10,.1,14),(.4047,.8828,.8732,.5743,.1091,.0381))))",
       .sobol = 128});
  add({.name = "Shekel",
       .problem = box(shekel, 4, 0, 10),
       .optimum = -10.153199679058231,
       .options = with(Sampling::sobol, 256),
       .python = "-sum(1/(sum((x[j]-r[j])**2 for j in range(4))+r[4]) for r in ((4,4,4,4,.1),(1,1,1,1,.2),"
                 "(8,8,8,8,.2),(6,6,6,6,.4),(3,7,3,7,.4)))",
       .sobol = 256});
  add({.name = "StyblinskiTang5",
       .problem = box(styblinski_tang, 5, -5, 5),
       .optimum = -5 * 39.16616570377142,
       .options = with(Sampling::sobol, 1024),
       .python = "sum(v**4-16*v**2+5*v for v in x)/2",
       .sobol = 1024});
  add({.name = "Shubert",
       .problem = box(shubert, 2, -5.12, 5.12),
       .optimum = -186.73090883102398,
       .options = with(Sampling::sobol, 300),
       .python = "sum(i*cos((i+1)*x[0]+i) for i in range(1,6))*sum(i*cos((i+1)*x[1]+i) for i in range(1,6))",
       .sobol = 256});
  add({.name = "Schwefel",
       .problem = box(schwefel, 2, -500, 500),
       .options = with(Sampling::sobol, 100),
       .python = "2*418.98288727243369-sum(v*sin(sqrt(abs(v))) for v in x)",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "MishraBird",
       .problem = {mishra_bird,
                   {-10, -6.5},
                   {0, 0},
                   {[](X x) { return 25 - square(x[0] + 5) - square(x[1] + 5); }},
                   {}},
       .optimum = -106.76453674926,
       .python = "sin(x[1])*exp((1-cos(x[0]))**2)+cos(x[0])*exp((1-sin(x[1]))**2)+(x[0]-x[1])**2"
                 "|25-(x[0]+5)**2-(x[1]+5)**2",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "RosenbrockCubicLine",
       .problem = {rosenbrock,
                   {-1.5, -0.5},
                   {1.5, 2.5},
                   {[](X x) { return x[1] - 1 - std::pow(x[0] - 1, 3); },
                    [](X x) { return 2 - x[0] - x[1]; }},
                   {}},
       .python = "100*(x[1]-x[0]**2)**2+(1-x[0])**2|x[1]-1-(x[0]-1)**3|2-x[0]-x[1]",
       .sobol = 128});
  add({.name = "RosenbrockDisk",
       .problem =
           {rosenbrock, {-1.5, -1.5}, {1.5, 1.5}, {[](X x) { return 2 - x[0] * x[0] - x[1] * x[1]; }}, {}},
       .python = "100*(x[1]-x[0]**2)**2+(1-x[0])**2|2-x[0]**2-x[1]**2",
       .sobol = 128,
       .simplicial = 2});
  add({.name = "Simionescu",
       .problem = {[](X x) { return 0.1 * x[0] * x[1]; },
                   {-1.25, -1.25},
                   {1.25, 1.25},
                   {[](X x) {
                     return square(1 + 0.2 * std::cos(8 * std::atan2(x[0], x[1]))) - x[0] * x[0] -
                            x[1] * x[1];
                   }},
                   {}},
       .optimum = -0.072,
       .global_minima = 2,
       .python = "0.1*x[0]*x[1]|(1+0.2*cos(8*atan2(x[0],x[1])))**2-x[0]**2-x[1]**2",
       .sobol = 128,
       .simplicial = 4});
  add({.name = "HockSchittkowski29",
       .problem = {[](X x) { return -x[0] * x[1] * x[2]; },
                   {-10, -10, -10},
                   {10, 10, 10},
                   {[](X x) { return 48 - x[0] * x[0] - 2 * x[1] * x[1] - 4 * x[2] * x[2]; }},
                   {}},
       .optimum = -16 * std::numbers::sqrt2,
       .options = with(Sampling::simplicial, 200),
       .global_minima = 4,
       .python = "-x[0]*x[1]*x[2]|48-x[0]**2-2*x[1]**2-4*x[2]**2",
       .sobol = 128});
  // Its equality x.x = 40 as x.x >= 40, which moves the optimum to (1, 5, 5, 1).
  add({.name = "HockSchittkowski71Inequality",
       .problem = {[](X x) { return x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2]; },
                   {1, 1, 1, 1},
                   {5, 5, 5, 5},
                   {[](X x) { return x[0] * x[1] * x[2] * x[3] - 25; },
                    [](X x) { return x[0] * x[0] + x[1] * x[1] + x[2] * x[2] + x[3] * x[3] - 40; }},
                   {}},
       .optimum = 16,
       .python = "x[0]*x[3]*(x[0]+x[1]+x[2])+x[2]|x[0]*x[1]*x[2]*x[3]-25"
                 "|x[0]**2+x[1]**2+x[2]**2+x[3]**2-40",
       .sobol = 64,
       .simplicial = 3});
  // SciPy's documentation: the cheapest cattle feed; x3 = 1 - x0 - x1 - x2 takes the place of its equality.
  const auto rest = [](X x) { return 1 - x[0] - x[1] - x[2]; };
  add({.name = "CattleFeed",
       .problem = {[rest](X x) { return 24.55 * x[0] + 26.75 * x[1] + 39 * x[2] + 40.50 * rest(x); },
                   {0, 0, 0},
                   {1, 1, 1},
                   {rest, [rest](X x) { return 2.3 * x[0] + 5.6 * x[1] + 11.1 * x[2] + 1.3 * rest(x) - 5; },
                    [rest](X x) {
                      return 12 * x[0] + 11.9 * x[1] + 41.8 * x[2] + 52.1 * rest(x) - 21 -
                             1.645 * std::sqrt(0.28 * square(x[0]) + 0.19 * square(x[1]) +
                                               20.5 * square(x[2]) + 0.62 * square(rest(x)));
                    }},
                   {}},
       .optimum = 29.894378159142136,
       .python = "24.55*x[0]+26.75*x[1]+39*x[2]+40.5*(1-x[0]-x[1]-x[2])|1-x[0]-x[1]-x[2]"
                 "|2.3*x[0]+5.6*x[1]+11.1*x[2]+1.3*(1-x[0]-x[1]-x[2])-5"
                 "|12*x[0]+11.9*x[1]+41.8*x[2]+52.1*(1-x[0]-x[1]-x[2])-21-1.645*sqrt(.28*x[0]**2+.19*x[1]**2"
                 "+20.5*x[2]**2+.62*(1-x[0]-x[1]-x[2])**2)",
       .sobol = 128,
       .simplicial = 3});
  return all;
}

// The same function in bounds `factor` times as wide, about the middle but not quite, in every `stride`-th
// variable; nothing where another minimum would be the least there.
inline std::vector<KnownProblem> widened(double factor, std::size_t stride) {
  std::vector<KnownProblem> all;
  for (KnownProblem known : known_problems()) {
    if (known.name == "GramacyLee" || known.name == "Eggholder" || known.name == "Schwefel" ||
        known.name == "HockSchittkowski71Inequality" || known.name == "CattleFeed")
      continue;
    for (std::size_t j = 0; j < known.problem.lower.size(); j += stride) {
      double &lower = known.problem.lower[j], &upper = known.problem.upper[j];
      const double more = (factor - 1) * (upper - lower) / 2;
      lower -= 0.93 * more;
      upper += 1.07 * more;
    }
    all.push_back(std::move(known));
  }
  return all;
}

}  // namespace flash::test
