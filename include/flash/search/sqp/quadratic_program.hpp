// Small dense, strictly convex quadratic programs, by the dual active set method of D. Goldfarb and A.
// Idnani, "A numerically stable dual method for solving strictly convex quadratic programs", Math.
// Programming 27, 1983.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace flash::sqp {

// minimise gradient'd + d'Bd/2 over d, subject to lower <= d <= upper and row_i'd + offset_i >= 0 for all i.
struct QuadraticProgram {
  std::size_t variables = 0;  // at least 1
  std::size_t rows = 0;
  std::size_t stride = 0;  // from one column of root, or row of matrix, to the next; at least `variables`
  // J, column by column, where J J' is the inverse of B: any such J will do.
  const double* root = nullptr;
  const double* gradient = nullptr;
  const double* matrix = nullptr;  // the constraints' rows
  const double* offset = nullptr;
  const double* lower = nullptr;
  const double* upper = nullptr;  // >= lower
};

// The solver and its memory: solve() allocates nothing. It starts from the minimum without constraints and
// adds the one that is violated most until none is, dropping those that stand in its way; each step raises
// the dual, so that no set of active constraints comes twice.
class DualActiveSet {
 public:
  DualActiveSet(std::size_t most_variables, std::size_t most_rows);

  // False where no point keeps all constraints, or rounding hides the solution; then the results mean
  // nothing.
  bool solve(const QuadraticProgram& program);

  std::span<const double> solution() const { return {solution_.data(), variables_}; }
  std::span<const double> multipliers() const { return {multipliers_.data(), rows_}; }  // of the rows, >= 0
  // B d + gradient: the active constraints' normals, bounds included, times their multipliers.
  std::span<const double> pull() const { return {pull_.data(), variables_}; }

 private:
  // Constraints are numbered: rows, lower bounds, upper bounds.
  struct Violation {
    std::size_t constraint;
    double slack;  // negative; 0 where no constraint is violated
  };
  Violation worst() const;
  void note_reach();
  void project(std::size_t constraint);
  bool add(Violation violation);
  void append(std::size_t constraint, double multiplier);
  void drop(std::size_t position);
  void gather();

  const QuadraticProgram* program_ = nullptr;
  std::size_t stride_;
  std::size_t variables_ = 0, rows_ = 0;
  std::vector<double> solution_, multipliers_, pull_;
  double reach_ = 0;                 // the largest coordinate on the way to the solution
  std::vector<std::size_t> active_;  // in the order of R's columns
  std::size_t actives_ = 0;
  std::vector<char> is_active_;
  std::vector<double> weights_;    // the active constraints' multipliers
  std::vector<double> root_;       // J, its columns turned so that J'N = (R 0)', N the active normals
  std::vector<double> triangle_;   // R, column by column
  std::vector<double> projected_;  // J'n of the constraint that is to be added
  std::vector<double> change_;     // of the active multipliers, for each unit of the new one's
};

}  // namespace flash::sqp
