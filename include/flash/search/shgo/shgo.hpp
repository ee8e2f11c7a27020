// Simplicial homology global optimisation: S. C. Endres, C. Sandrock, W. W. Focke, "A simplicial homology
// algorithm for Lipschitz optimisation", J. Global Optim. 72, 2018.
//
// All local minima, and among them the global one, of a function of few variables that may only be evaluated:
// no derivatives, no convexity. It samples the box of the bounds, starts a local refinement from each sampled
// point that is better than all of its neighbours, and lists what these find. The library flash::shgo needs
// nothing but the standard library.
//
//   #include <cstdio>
//   #include <flash/search/shgo/shgo.hpp>
//
//   int main() {  // the six-hump camel function: -1.0316 at (0.0898, -0.7127) and opposite
//     const auto camel = [](std::span<const double> x) {
//       const double a = x[0] * x[0], b = x[1] * x[1];
//       return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (4 * b - 4) * b;
//     };
//     const auto found = flash::shgo::minimise({.objective = camel, .lower = {-3, -2}, .upper = {3, 2}});
//     for (const auto& [x, value] : found.minima) std::printf("%.4f at (%.4f, %.4f)\n", value, x[0], x[1]);
//   }
//
// The same call gives the same result, whatever the machine's load; calls share nothing, so that threads may
// make them side by side. Exceptions of the caller's functions pass through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace flash::shgo {

// minimise objective(x) subject to lower <= x <= upper, inequality(x)[i] >= 0 for all i, x_j integer where
// asked. No function is called outside the bounds. Functions of real variables should be smooth between the
// places where they are not finite.
//
// Variables may have any units and bounds: differences, steps and tolerances follow the width of each
// variable's bounds and the size of x within them. So a minimum that is narrow in bounds a million times as
// wide is found from where the sample sees a slope towards it, whereas of many minima only those that the
// sample tells apart are: there narrower bounds, or more points, help.
struct Problem {
  std::function<double(std::span<const double>)>
      objective;              // NaN, +inf and -inf: no value here, look elsewhere
  std::vector<double> lower;  // finite, one a variable
  std::vector<double> upper;  // finite, >= lower; where both agree the variable is fixed
  // Feasible where all are >= 0. NaN: not kept. An equality is two of opposite signs.
  std::vector<std::function<double(std::span<const double>)>> inequalities;
  std::vector<bool> integer;  // empty: none; such variables are evaluated at integers alone, within +-2^53
};

// Simplicial: the box's corners and centre, refined by halves; 1 to 50 variables that are not fixed. Spreads
// best for few variables.
// Sobol: a low-discrepancy sequence; 1 to sobol_dimensions variables that are not fixed. Spreads over all
// variables at once.
enum class Sampling { simplicial, sobol };
inline constexpr std::size_t sobol_dimensions = 12;

struct Options {
  Sampling sampling = Sampling::simplicial;
  int points = 100;    // sampling points an iteration, at least 1
  int iterations = 1;  // rounds of refinement of the sample, at least 1; points times iterations below 2^31
  // Hard cap on evaluations of the objective; 0: none. Sampling takes half of it at most.
  std::uint64_t max_evaluations = 0;
  int max_minimisers = 0;  // local refinements at most, best starts first; 0: all
  // Of the built-in refinement: changes of x and of the objective, relative to their sizes, after which it
  // ends; between 0 and 1. Towards an objective of zero it is taken relative to the values around.
  double tolerance = 1e-9;
  // A constraint counts as kept down to -feasibility, in the constraint's own units; 0 in integer problems.
  double feasibility = 1e-8;
  std::uint64_t local_evaluations = 0;  // a local refinement's cap; 0: 500 a variable
  // In place of the built-in refinement: from a start to a point that is better or as good. What it evaluates
  // itself counts for nothing here.
  std::function<std::vector<double>(std::span<const double>)> local;
  // Asked before each evaluation; true: end with what there is. None: never.
  std::function<bool()> stop;
};

struct Minimum {
  std::vector<double> x;
  double value = 0;  // the objective's
};

struct Result {
  // A feasible point was found; and where no point of the sample is feasible (an equality, as two
  // inequalities) a refinement has come to rest at it, or the cap or a stop has cut it short.
  bool success = false;
  std::vector<double> x;  // the best; empty without success
  double value = 0;
  std::vector<Minimum> minima;    // all local minima found, best first, duplicates merged
  std::uint64_t evaluations = 0;  // of the objective, every one counted once, repeated points not at all
  std::uint64_t local_searches = 0;
};

// Throws std::invalid_argument, one line that names variable and values, for a malformed problem or options:
// bounds that are not finite, cross or are further apart than a double holds, an integer variable with no
// integer between its bounds, vectors of other lengths, functions that are empty, options out of range.
Result minimise(const Problem& problem, const Options& options = {});

}  // namespace flash::shgo
