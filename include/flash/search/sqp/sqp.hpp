// Sequential quadratic programming for small, smooth problems with bounds and inequalities: D. Kraft, "A
// software package for sequential quadratic programming", DFVLR-FB 88-28, 1988 (SLSQP), whose steps it
// follows; the matrix update is M. J. D. Powell's, "A fast algorithm for nonlinearly constrained optimization
// calculations", Lecture Notes in Mathematics 630, 1978. See also J. Nocedal, S. J. Wright, "Numerical
// Optimization", 2nd ed., chapter 18.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "flash/search/sqp/quadratic_program.hpp"

namespace flash::sqp {

// minimise objective(x) subject to lower <= x <= upper, constraints(x)[i] >= 0 for all i. Two constraints of
// opposite gradients that leave nothing between them make an equality: what the tolerance allows is left
// between their linearisations.
class Problem {
 public:
  virtual ~Problem() = default;
  // The objective and all constraints at x, a point within bounds. False: nothing was evaluated, and the
  // solver is to end with what it has. What is not finite is avoided; exceptions pass through.
  virtual bool evaluate(std::span<const double> x, double& objective, std::span<double> constraints) = 0;
};

struct Tolerances {
  double relative = 1e-9;  // of changes of x and of the objective, after which the solver ends
  double objective = 0;    // such a change in absolute terms: towards zero no relative one is ever met
  // Between the objective's values in the box, where known. A constant that dwarfs it hides small changes in
  // rounding: differences are then taken over longer steps.
  double spread = std::numeric_limits<double>::infinity();
  double feasibility = 1e-8;  // a constraint counts as kept down to -feasibility
  // Before a search counts as stalled, central differences are tried: where forward ones are too inexact, as
  // they are far from zero or in wide bounds.
  bool central = false;
};

enum class Ending {
  converged,   // at a feasible point, to the tolerances
  stalled,     // no better point was found along the last direction
  unfinished,  // a hundred steps did not suffice: what was found may still be far from a minimum
  stopped      // by the problem
};

// The solver and its memory, for any number of problems of one size; minimise() allocates nothing.
class Solver {
 public:
  Solver(std::size_t variables, std::size_t constraints);

  // From x, moved within bounds, to a local minimum: x becomes the best point that was evaluated as an
  // iterate, that of the least violation or, among feasible ones, of the least objective. Variables whose
  // bounds agree stay. Gradients are forward differences: an evaluation a variable that can move; two where
  // Tolerances::central asks for central ones. lower and
  // upper: finite, one a variable, lower <= upper.
  Ending minimise(Problem& problem, std::span<double> x, std::span<const double> lower,
                  std::span<const double> upper, const Tolerances& tolerances = {});

 private:
  // A point and what was found there.
  struct Point {
    std::vector<double> x;
    double objective = 0;
    std::vector<double> constraints;
  };
  enum class Search { accepted, failed, stopped };

  Ending run(Problem& problem, const Tolerances& tolerances);
  bool evaluate(Problem& problem, const Tolerances& tolerances);
  bool differentiate(Problem& problem, const Tolerances& tolerances);
  double opposite(std::size_t i, std::size_t k) const;
  void make_room(double feasibility);
  bool find_direction(const Tolerances& tolerances);
  Search search(Problem& problem, const Tolerances& tolerances, double slope);
  void forget_curvature();
  void learn_curvature();

  double scale(std::size_t j) const;
  bool is_small_step(const Tolerances& tolerances) const;
  double merit(const Point& point) const;
  void lagrangian_gradient(std::span<double> result) const;

  std::size_t variables_, constraints_;
  std::size_t stride_;  // one more than the variables: the last is the relaxation, see find_direction()
  std::span<const double> lower_, upper_;
  Point here_, there_, behind_;  // the iterate whose derivatives are known, a trial, central differences'
  std::vector<double> best_;
  double best_violation_ = 0, best_objective_ = 0;

  bool central_ = false;          // the differences are
  std::vector<double> gradient_;  // of the objective
  std::vector<double> jacobian_;  // of the constraints, row by row
  std::vector<double> room_;      // by which each constraint is let down
  std::vector<double> offsets_;   // the constraints' values, so let down
  std::vector<double> root_;      // J, column by column: J J' is the inverse of B, the Lagrangian's Hessian
  DualActiveSet program_;
  std::vector<double> lowest_, highest_;   // of the direction
  std::vector<double> direction_, image_;  // d and B d
  double length_ = 0;                      // of the step along d
  double relaxation_ = 0;
  std::vector<double> multipliers_, penalties_;
  std::vector<double> before_, change_, weights_;  // learn_curvature()'s
};

}  // namespace flash::sqp
