// A floor on accuracy as bounds on NN-Degree, as the sweep's kernel has it.
#pragma once

#include <limits>

#include "flash/search/evaluator.hpp"

namespace flash {

// Accuracy surely fails outside [low, high]; inside it meets the floor, but for a hair's breadth at the ends.
struct DegreeWindow {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  bool bounded() const {
    return low > -std::numeric_limits<double>::infinity() || high < std::numeric_limits<double>::infinity();
  }
};

// For the evaluator's floor and for the degrees that its space has.
DegreeWindow degree_window(const Evaluator& evaluator);

}  // namespace flash
