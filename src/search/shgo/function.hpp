// The problem as SHGO sees it: every evaluation counted, capped and remembered in one place.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "flash/search/shgo/shgo.hpp"
#include "point_set.hpp"

namespace flash::shgo {

// What a point is worth. Order: smaller violation, then smaller objective.
struct Value {
  double violation =
      std::numeric_limits<double>::infinity();  // sum of the constraints' shortfalls; 0: feasible
  double objective = std::numeric_limits<double>::infinity();  // +inf where infeasible
  bool feasible() const { return violation == 0; }
  bool operator<(const Value& other) const {
    return violation != other.violation ? violation < other.violation : objective < other.objective;
  }
};

class Function {
 public:
  // Throws std::invalid_argument for a malformed problem. Both arguments must outlive this object.
  Function(const Problem& problem, const Options& options);

  const Problem& problem() const { return problem_; }
  std::size_t dimension() const { return problem_.lower.size(); }
  bool is_integer(std::size_t j) const { return !problem_.integer.empty() && problem_.integer[j]; }
  double width(std::size_t j) const { return upper_[j] - lower_[j]; }
  // The distance from x within which another point is near it: the width; where the bounds of a real variable
  // are more than a thousand times as far away as x is from 0 (or 1), that.
  double reach(std::span<const double> x, std::size_t j) const;
  // Whether a variable of the kind can be moved.
  bool has_room(bool integer) const;
  // The bounds in force: those of an integer variable are rounded inwards.
  double lower(std::size_t j) const { return lower_[j]; }
  double upper(std::size_t j) const { return upper_[j]; }

  // Moves x to the nearest point that may be evaluated: within bounds, integers rounded.
  void snap(std::span<double> x) const;

  // The objective alone, +inf for what is not finite and once exhausted. x must be a snapped point.
  double objective(std::span<const double> x);
  double inequality(std::size_t i, std::span<const double> x) const;
  // The objective is evaluated (and counted) at feasible points only.
  Value judge(std::span<const double> x);

  std::uint64_t evaluations() const { return values_.size(); }
  void reserve(std::size_t evaluations) {  // so many are to come
    known_.reserve(evaluations);
    values_.reserve(evaluations);
  }
  double spread() const { return most_ > least_ ? most_ - least_ : 0; }  // of the objective's values so far
  // The cap is reached, or somebody asked to stop: nothing new is evaluated from here on.
  bool exhausted() const;

 private:
  const Problem& problem_;
  const Options& options_;
  std::vector<double> lower_, upper_;
  PointSet known_;
  std::vector<double> values_;                                               // of the known points
  double least_ = std::numeric_limits<double>::infinity(), most_ = -least_;  // finite values so far
};

}  // namespace flash::shgo
