// Simplicial homology global optimisation of any function: S. C. Endres, C. Sandrock, W. W. Focke, "A
// simplicial homology algorithm for Lipschitz optimisation", J. Global Optim. 72, 2018.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace flash::shgo {

// minimise objective(x) subject to lower <= x <= upper, inequality(x)[i] >= 0 for all i, x_j integer where
// asked.
struct Problem {
  std::function<double(std::span<const double>)>
      objective;              // NaN, +inf and -inf: no value here, look elsewhere
  std::vector<double> lower;  // finite
  std::vector<double> upper;  // finite, >= lower
  std::vector<std::function<double(std::span<const double>)>> inequalities;  // feasible where all >= 0
  std::vector<bool> integer;  // empty: none; such variables are evaluated at integers alone
};

enum class Sampling { simplicial, sobol };
inline constexpr std::size_t sobol_dimensions = 12;  // variables that Sobol sampling works for

struct Options {
  Sampling sampling = Sampling::simplicial;
  int points = 100;    // sampling points an iteration
  int iterations = 1;  // rounds of refinement of the complex
  std::uint64_t max_evaluations =
      0;                      // hard cap on objective evaluations; 0: none. Sampling takes half at most
  int max_minimisers = 0;     // local refinements at most, best starts first; 0: all of the pool
  double tolerance = 1e-9;    // of the local refinement, relative in x and f
  double feasibility = 1e-8;  // a constraint counts as kept down to -feasibility; 0 in integer problems
  std::uint64_t local_evaluations = 0;  // a local refinement's cap; 0: 200 a variable
  // In place of the built-in local refinement: from a start to a point that is better or as good.
  std::function<std::vector<double>(std::span<const double>)> local;
  std::function<bool()> stop = [] { return false; };
};

struct Minimum {
  std::vector<double> x;
  double value = 0;
};

struct Result {
  // A feasible point was found; and where no point of the sample is feasible (an equality, as two
  // inequalities) a refinement has come to rest at it, or the cap or a stop has cut it short.
  bool success = false;
  std::vector<double> x;  // the best
  double value = 0;
  std::vector<Minimum> minima;    // all local minima found, best first, duplicates merged
  std::uint64_t evaluations = 0;  // of the objective, every one counted once, repeated points not at all
  std::uint64_t local_searches = 0;
};

// Deterministic. Throws std::invalid_argument for a malformed problem.
Result minimise(const Problem& problem, const Options& options = {});

}  // namespace flash::shgo
