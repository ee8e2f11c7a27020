#include "flash/search/sqp/sqp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash::sqp {
namespace {

constexpr int most_steps = 100;
constexpr int most_restarts = 5;
constexpr int most_cuts = 10;  // of one step
constexpr double shortest_cut = 0.1;
constexpr double sufficient_decrease = 0.1;  // of what the slope promises
constexpr double least_curvature = 0.2;      // Powell's damping
constexpr double most_overshoot = 1e8;       // of a first step, in widths of the bounds
constexpr double rounding = 2 * std::numeric_limits<double>::epsilon();  // of an objective, relative

double shortfall(double constraint) { return std::max(0.0, -constraint); }

}  // namespace

Solver::Solver(std::size_t variables, std::size_t constraints)
    : variables_(variables),
      constraints_(constraints),
      stride_(variables + 1),
      here_{std::vector<double>(variables), 0, std::vector<double>(constraints)},
      there_(here_),
      behind_(here_),
      best_(variables),
      gradient_(stride_),
      jacobian_(constraints * stride_),
      room_(constraints),
      offsets_(constraints),
      root_(stride_ * stride_),
      program_(stride_, constraints),
      lowest_(stride_),
      highest_(stride_),
      direction_(variables),
      image_(variables),
      multipliers_(constraints),
      penalties_(constraints),
      before_(variables),
      change_(variables),
      weights_(variables) {}

Ending Solver::minimise(Problem& problem, std::span<double> x, std::span<const double> lower,
                        std::span<const double> upper, const Tolerances& tolerances) {
  lower_ = lower;
  upper_ = upper;
  for (std::size_t j = 0; j < variables_; ++j) there_.x[j] = std::clamp(x[j], lower[j], upper[j]);
  best_ = there_.x;
  best_violation_ = best_objective_ = std::numeric_limits<double>::infinity();
  const Ending ending = run(problem, tolerances);
  std::ranges::copy(best_, x.begin());
  return ending;
}

Ending Solver::run(Problem& problem, const Tolerances& tolerances) {
  std::ranges::fill(penalties_, 0.0);
  std::ranges::fill(room_, 0.0);
  if (!evaluate(problem, tolerances)) return Ending::stopped;
  std::swap(here_, there_);
  if (!std::isfinite(merit(here_))) return Ending::stalled;
  central_ = false;
  if (!differentiate(problem, tolerances)) return Ending::stopped;
  forget_curvature();
  int restarts = 0;
  bool fresh = true;  // nothing has been learnt since the last restart
  for (int step = 0; step < most_steps; ++step) {
    if (!find_direction(tolerances)) return Ending::stalled;
    const double size = std::abs(here_.objective);
    const double enough = std::max(
        {tolerances.objective, tolerances.relative * std::min(size, tolerances.spread), rounding * size});
    double slope = 0, gain = 0, penalty = 0, worst = 0;
    for (std::size_t j = 0; j < variables_; ++j) slope += gradient_[j] * direction_[j];
    for (std::size_t i = 0; i < constraints_; ++i) {
      const double multiplier = multipliers_[i], missing = shortfall(offsets_[i]);
      penalties_[i] = std::max(multiplier, (penalties_[i] + multiplier) / 2);
      if (multiplier > 0) gain += multiplier * std::abs(offsets_[i]);
      penalty += penalties_[i] * missing;
      worst = std::max(worst, shortfall(here_.constraints[i]));
    }
    // The step would gain next to nothing.
    if (worst <= tolerances.feasibility && relaxation_ == 0 && std::abs(slope) + gain <= enough)
      return Ending::converged;
    slope -= penalty * (1 - relaxation_);
    const Search found = slope < 0 ? search(problem, tolerances, slope) : Search::failed;
    if (found == Search::stopped) return Ending::stopped;
    if (found == Search::failed) {
      // What was learnt of the curvature may have led astray, and then the differences.
      if (fresh || ++restarts > most_restarts) {
        if (central_ || !tolerances.central) return Ending::stalled;
        central_ = true;
        if (!differentiate(problem, tolerances)) return Ending::stopped;
      }
      forget_curvature();
      fresh = true;
      continue;
    }
    const double progress = std::abs(there_.objective - here_.objective);
    lagrangian_gradient(before_);
    std::swap(here_, there_);
    worst = 0;
    for (const double constraint : here_.constraints) worst = std::max(worst, shortfall(constraint));
    if (worst <= tolerances.feasibility && relaxation_ == 0 &&
        (progress <= enough || is_small_step(tolerances)))
      return Ending::converged;
    if (!differentiate(problem, tolerances)) return Ending::stopped;
    learn_curvature();
    fresh = false;
  }
  return Ending::unfinished;
}

// there_, and whether it is the best point so far.
bool Solver::evaluate(Problem& problem, const Tolerances& tolerances) {
  if (!problem.evaluate(there_.x, there_.objective, there_.constraints)) return false;
  double violation = 0;
  for (double& constraint : there_.constraints) {
    if (std::isnan(constraint)) constraint = -std::numeric_limits<double>::infinity();
    if (constraint < -tolerances.feasibility) violation -= constraint;
  }
  if (violation < best_violation_ ||
      (violation == best_violation_ && violation == 0 && there_.objective < best_objective_)) {
    best_ = there_.x;
    best_violation_ = violation;
    best_objective_ = there_.objective;
  }
  return true;
}

// What changes of x are small beside: its size, within what the bounds leave of it.
double Solver::scale(std::size_t j) const {
  const double width = upper_[j] - lower_[j];
  return std::min(std::max(std::abs(here_.x[j]), 1e-2 * width), 10 * width);
}

// The step d of the quadratic model under the linearised constraints. Where these contradict each other, they
// are relaxed as SLSQP does: a further variable, from 0 to 1 and dear, takes that part of their shortfalls
// away.
bool Solver::find_direction(const Tolerances& tolerances) {
  make_room(tolerances.feasibility);
  for (std::size_t j = 0; j < variables_; ++j) {
    lowest_[j] = lower_[j] - here_.x[j];
    highest_[j] = upper_[j] - here_.x[j];
  }
  QuadraticProgram program{variables_,      constraints_,     stride_,
                           root_.data(),    gradient_.data(), jacobian_.data(),
                           offsets_.data(), lowest_.data(),   highest_.data()};
  relaxation_ = 0;
  bool solved = program_.solve(program);
  if (!solved) {
    program.variables = stride_;
    gradient_[variables_] = lowest_[variables_] = 0;
    highest_[variables_] = 1;
    for (std::size_t i = 0; i < constraints_; ++i)
      jacobian_[i * stride_ + variables_] = shortfall(offsets_[i]);
    double& root = root_[stride_ * stride_ - 1];
    for (double price = 1e2; !solved && price < 1e8; price *= 10) {
      root = 1 / std::sqrt(price);
      solved = program_.solve(program);
    }
    if (!solved) return false;
    relaxation_ = program_.solution()[variables_];
  }
  for (std::size_t j = 0; j < variables_; ++j) {
    direction_[j] = program_.solution()[j];
    image_[j] = program_.pull()[j] - gradient_[j];
  }
  std::ranges::copy(program_.multipliers(), multipliers_.begin());
  return true;
}

// L1: shortfalls cost their penalties.
double Solver::merit(const Point& point) const {
  double sum = point.objective;
  for (std::size_t i = 0; i < constraints_; ++i)
    sum += penalties_[i] * shortfall(point.constraints[i] + room_[i]);
  return sum;
}

bool Solver::is_small_step(const Tolerances& tolerances) const {
  for (std::size_t j = 0; j < variables_; ++j)
    if (std::abs(length_ * direction_[j]) > tolerances.relative * scale(j)) return false;
  return true;
}

// From here_ along the direction to there_, where the merit, whose slope at here_ is given, is sufficiently
// less.
Solver::Search Solver::search(Problem& problem, const Tolerances& tolerances, double slope) {
  const double start = merit(here_);
  length_ = 1;
  for (int cut = 0; cut <= most_cuts; ++cut) {
    for (std::size_t j = 0; j < variables_; ++j)
      there_.x[j] = std::clamp(here_.x[j] + length_ * direction_[j], lower_[j], upper_[j]);
    if (!evaluate(problem, tolerances)) return Search::stopped;
    const double change = merit(there_) - start, promised = length_ * slope;
    if (change <= sufficient_decrease * promised) return Search::accepted;
    if (is_small_step(tolerances)) break;
    // To the minimum of the parabola through both values; a change that is not a number cuts the most.
    length_ *= std::max(shortest_cut, promised / (2 * (promised - change)));
  }
  return Search::failed;
}

// B is the identity, as SLSQP's is at first; but where the gradient's step would end so far beyond the bounds
// that rounding hides them, that multiple of it whose step is no longer than the box.
void Solver::forget_curvature() {
  double overshoot = 0;
  for (std::size_t j = 0; j < variables_; ++j)
    if (upper_[j] > lower_[j])
      overshoot = std::max(overshoot, std::abs(gradient_[j]) / (upper_[j] - lower_[j]));
  const double root = overshoot > most_overshoot ? 1 / std::sqrt(overshoot) : 1;
  std::ranges::fill(root_, 0.0);
  for (std::size_t j = 0; j < variables_; ++j) root_[j * stride_ + j] = root;
}

void Solver::lagrangian_gradient(std::span<double> result) const {
  for (std::size_t j = 0; j < variables_; ++j) result[j] = gradient_[j];
  for (std::size_t i = 0; i < constraints_; ++i)
    if (multipliers_[i] != 0)
      for (std::size_t j = 0; j < variables_; ++j) result[j] -= multipliers_[i] * jacobian_[i * stride_ + j];
}

// The BFGS update of J in product form (K. W. Brodlie, A. R. Gourlay, J. Greenstadt, "Rank-one and rank-two
// corrections to positive definite matrices expressed in product form", J. Inst. Maths Applics 11, 1973):
// J - s (J'p)' with p = y/s'y - B s/(s'y s'B s)^(1/2) needs no factorisation, and J stays regular.
void Solver::learn_curvature() {
  lagrangian_gradient(change_);
  double curvature = 0, model = 0;  // s'y and s'B s
  for (std::size_t j = 0; j < variables_; ++j) {
    change_[j] -= before_[j];
    curvature += length_ * direction_[j] * change_[j];
    model += length_ * direction_[j] * length_ * image_[j];
  }
  if (!(model > 0)) return;
  if (curvature < least_curvature * model) {
    const double part = (1 - least_curvature) * model / (model - curvature);
    for (std::size_t j = 0; j < variables_; ++j)
      change_[j] = part * change_[j] + (1 - part) * length_ * image_[j];
    curvature = least_curvature * model;
  }
  const double mean = std::sqrt(curvature * model);
  for (std::size_t j = 0; j < variables_; ++j)
    change_[j] = change_[j] / curvature - length_ * image_[j] / mean;
  for (std::size_t k = 0; k < variables_; ++k) {
    double* column = &root_[k * stride_];
    double along = 0;
    for (std::size_t j = 0; j < variables_; ++j) along += column[j] * change_[j];
    along *= length_;
    for (std::size_t j = 0; j < variables_; ++j) column[j] -= along * direction_[j];
  }
}

}  // namespace flash::sqp
