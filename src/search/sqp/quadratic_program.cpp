#include "flash/search/sqp/quadratic_program.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash::sqp {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double slack_rounding = 1e-14;  // of a slack, relative to what its terms may have been on the way
constexpr double ratio_rounding = 1e-13;  // of a multiplier's change, relative to the largest
constexpr double dependent = 1e-20;       // the squared sine of the least angle between independent normals

}  // namespace

DualActiveSet::DualActiveSet(std::size_t most_variables, std::size_t most_rows)
    : stride_(most_variables),
      solution_(most_variables),
      multipliers_(most_rows),
      pull_(most_variables),
      active_(most_variables),
      is_active_(most_rows + 2 * most_variables),
      weights_(most_variables),
      root_(most_variables * most_variables),
      triangle_(most_variables * most_variables),
      projected_(most_variables),
      change_(most_variables) {}

bool DualActiveSet::solve(const QuadraticProgram& program) {
  program_ = &program;
  variables_ = program.variables;
  rows_ = program.rows;
  actives_ = 0;
  std::fill_n(is_active_.begin(), rows_ + 2 * variables_, char{0});
  std::fill_n(solution_.begin(), variables_, 0.0);
  for (std::size_t k = 0; k < variables_; ++k) {
    const double* from = program.root + k * program.stride;
    double* column = &root_[k * stride_];
    double along = 0;
    for (std::size_t j = 0; j < variables_; ++j) {
      column[j] = from[j];
      along += from[j] * program.gradient[j];
    }
    for (std::size_t j = 0; j < variables_; ++j) solution_[j] -= along * column[j];
  }
  reach_ = 0;
  note_reach();
  // Each step raises the dual; the limit is for rounding that makes it go round in circles.
  for (std::size_t left = 10 * (rows_ + variables_ + 1); left > 0; --left) {
    const Violation violation = worst();
    if (violation.slack == 0) {
      gather();
      return true;
    }
    if (!add(violation)) return false;
  }
  return false;
}

void DualActiveSet::note_reach() {
  for (std::size_t j = 0; j < variables_; ++j) reach_ = std::max(reach_, std::abs(solution_[j]));
}

// The constraint violated most.
DualActiveSet::Violation DualActiveSet::worst() const {
  Violation worst{0, 0};
  const auto consider = [&](std::size_t constraint, double slack, double size) {
    if (slack < worst.slack && slack < -slack_rounding * size && is_active_[constraint] == 0)
      worst = {constraint, slack};
  };
  for (std::size_t i = 0; i < rows_; ++i) {
    const double* row = program_->matrix + i * program_->stride;
    double slack = program_->offset[i], size = 0;
    for (std::size_t j = 0; j < variables_; ++j) {
      slack += row[j] * solution_[j];
      size += std::abs(row[j]);
    }
    consider(i, slack, size * reach_ + std::abs(program_->offset[i]));
  }
  for (std::size_t j = 0; j < variables_; ++j) {
    const double d = solution_[j];
    consider(rows_ + j, d - program_->lower[j], reach_);
    consider(rows_ + variables_ + j, program_->upper[j] - d, reach_);
  }
  return worst;
}

// projected_ = J'n, n the constraint's normal.
void DualActiveSet::project(std::size_t constraint) {
  if (constraint >= rows_) {
    const std::size_t bound = constraint - rows_;
    const bool is_lower = bound < variables_;
    const double* row = &root_[is_lower ? bound : bound - variables_];
    for (std::size_t k = 0; k < variables_; ++k)
      projected_[k] = is_lower ? row[k * stride_] : -row[k * stride_];
    return;
  }
  const double* row = program_->matrix + constraint * program_->stride;
  for (std::size_t k = 0; k < variables_; ++k) {
    const double* column = &root_[k * stride_];
    double along = 0;
    for (std::size_t j = 0; j < variables_; ++j) along += row[j] * column[j];
    projected_[k] = along;
  }
}

// Makes the violated constraint an active one, and drops those that stand in the way. False where they
// contradict it.
bool DualActiveSet::add(Violation violation) {
  project(violation.constraint);
  double slack = violation.slack, weight = 0;
  for (;;) {
    double within = 0,
           beyond = 0;  // squared lengths of the normal's parts in the active ones' span and outside
    for (std::size_t k = 0; k < actives_; ++k) within += projected_[k] * projected_[k];
    for (std::size_t k = actives_; k < variables_; ++k) beyond += projected_[k] * projected_[k];
    for (std::size_t k = actives_; k-- > 0;) {
      double rest = projected_[k];
      for (std::size_t l = k + 1; l < actives_; ++l) rest -= triangle_[l * stride_ + k] * change_[l];
      change_[k] = rest / triangle_[k * stride_ + k];
    }
    double noise = 0;
    for (std::size_t k = 0; k < actives_; ++k) noise = std::max(noise, ratio_rounding * std::abs(change_[k]));
    std::size_t blocking = 0;
    double dual_step = infinity;
    for (std::size_t k = 0; k < actives_; ++k)
      if (change_[k] > noise && weights_[k] < dual_step * change_[k]) {
        dual_step = weights_[k] / change_[k];
        blocking = k;
      }
    const bool moves = beyond > dependent * (within + beyond);
    const double full_step = moves ? -slack / beyond : infinity;
    const double step = std::min(dual_step, full_step);
    if (!(step < infinity)) return false;

    if (moves) {
      for (std::size_t k = actives_; k < variables_; ++k) {
        const double* column = &root_[k * stride_];
        const double length = step * projected_[k];
        for (std::size_t j = 0; j < variables_; ++j) solution_[j] += length * column[j];
      }
      slack += step * beyond;
      note_reach();
    }
    for (std::size_t k = 0; k < actives_; ++k) weights_[k] = std::max(0.0, weights_[k] - step * change_[k]);
    weight += step;
    if (full_step <= dual_step) {
      append(violation.constraint, weight);
      return true;
    }
    drop(blocking);
  }
}

// A Householder reflection of J's free columns leaves one of them along the new normal.
void DualActiveSet::append(std::size_t constraint, double multiplier) {
  const std::size_t q = actives_;
  double* column = &triangle_[q * stride_];
  std::copy_n(projected_.begin(), q, column);
  double length = 0;
  for (std::size_t k = q; k < variables_; ++k) length += projected_[k] * projected_[k];
  length = std::copysign(std::sqrt(length), projected_[q]);
  if (q + 1 < variables_) {
    const double scale = 1 / (length * (length + projected_[q]));
    projected_[q] += length;
    for (std::size_t j = 0; j < variables_; ++j) {
      double along = 0;
      for (std::size_t k = q; k < variables_; ++k) along += root_[k * stride_ + j] * projected_[k];
      along *= scale;
      for (std::size_t k = q; k < variables_; ++k) root_[k * stride_ + j] -= along * projected_[k];
    }
    length = -length;
  }
  column[q] = length;
  active_[q] = constraint;
  weights_[q] = multiplier;
  is_active_[constraint] = 1;
  ++actives_;
}

// Without its column R is a Hessenberg matrix: rotations of J's columns make it triangular again.
void DualActiveSet::drop(std::size_t position) {
  is_active_[active_[position]] = 0;
  --actives_;
  for (std::size_t k = position; k < actives_; ++k) {
    double* column = &triangle_[k * stride_];
    std::copy_n(column + stride_, k + 2, column);
    active_[k] = active_[k + 1];
    weights_[k] = weights_[k + 1];
  }
  for (std::size_t k = position; k < actives_; ++k) {
    const double a = triangle_[k * stride_ + k], b = triangle_[k * stride_ + k + 1];
    const double length = std::hypot(a, b);
    if (length == 0) continue;
    const double cosine = a / length, sine = b / length;
    const auto turn = [&](double& first, double& second) {
      const double turned = cosine * first + sine * second;
      second = cosine * second - sine * first;
      first = turned;
    };
    for (std::size_t l = k; l < actives_; ++l)
      turn(triangle_[l * stride_ + k], triangle_[l * stride_ + k + 1]);
    for (std::size_t j = 0; j < variables_; ++j) turn(root_[k * stride_ + j], root_[(k + 1) * stride_ + j]);
    turn(projected_[k], projected_[k + 1]);
  }
}

void DualActiveSet::gather() {
  std::fill_n(multipliers_.begin(), rows_, 0.0);
  std::fill_n(pull_.begin(), variables_, 0.0);
  for (std::size_t k = 0; k < actives_; ++k) {
    const std::size_t constraint = active_[k];
    if (constraint >= rows_ + variables_) {
      pull_[constraint - rows_ - variables_] -= weights_[k];
    } else if (constraint >= rows_) {
      pull_[constraint - rows_] += weights_[k];
    } else {
      multipliers_[constraint] = weights_[k];
      const double* row = program_->matrix + constraint * program_->stride;
      for (std::size_t j = 0; j < variables_; ++j) pull_[j] += weights_[k] * row[j];
    }
  }
  for (std::size_t j = 0; j < variables_; ++j)
    solution_[j] = std::clamp(solution_[j], program_->lower[j], program_->upper[j]);
}

}  // namespace flash::sqp
