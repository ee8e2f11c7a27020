// The best configurations of a space of many choices, by branch and bound. Internal to the room.
#pragma once

#include <cstddef>
#include <functional>

#include "flash/search/exact.hpp"

namespace flash {

// Whether a space is one of choices: slots without an order, or more of them than boxes can be halved over; and none
// has too many options.
bool has_many_choices(const Space& space);

struct ChoiceQuestion {
  std::size_t top_k = 1;
  double violation = 0;  // configurations may miss their bounds by so much, relative
  bool any = false;      // one of them is enough
};

// The best by their objective among those that a question allows; `found` says whether there is one.
ExactResult search_choices(const Evaluator& evaluator, const ChoiceQuestion& question,
                           const std::function<bool()>& stop);

// As solve_exact, of which it is the part for such spaces: where nothing is feasible, what misses by least.
ExactResult solve_choices(const Evaluator& evaluator, const std::function<bool()>& stop, std::size_t top_k);

}  // namespace flash
