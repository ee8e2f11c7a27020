// A floor on accuracy as bounds on NN-Degree, so that a sweep need not ask the predictor of every
// configuration.
#pragma once

#include <limits>

#include "flash/search/evaluator.hpp"

namespace flash {

// Accuracy surely meets the floor inside [sure_low, sure_high] and surely fails outside [maybe_low,
// maybe_high]. Between the two, a hair's breadth, only the predictor itself can tell.
struct DegreeWindow {
  double sure_low = -std::numeric_limits<double>::infinity();
  double sure_high = std::numeric_limits<double>::infinity();
  double maybe_low = -std::numeric_limits<double>::infinity();
  double maybe_high = std::numeric_limits<double>::infinity();

  bool bounded() const {
    return maybe_low > -std::numeric_limits<double>::infinity() ||
           maybe_high < std::numeric_limits<double>::infinity();
  }
};

// For a floor, and for the degrees that the evaluator's space has.
DegreeWindow degree_window(const Evaluator& evaluator, double floor);

// The least NN-Degree of the space's range whose accuracy meets the floor by the evaluator's own arithmetic,
// which may stray by a rounding; infinity where none does. Precondition: evaluator.degree_helps().
double least_degree(const Evaluator& evaluator, double floor);

}  // namespace flash
