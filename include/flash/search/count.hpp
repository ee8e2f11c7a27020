// How many configurations are worth at least so much: what a predictor's error leaves undecided.
#pragma once

#include <cstdint>

#include "flash/search/evaluator.hpp"

namespace flash {

struct WorthCount {
  NetworkId count = 0;
  bool complete = true;  // false: the boxes ran out, and there are at least so many
  std::uint64_t boxes = 0;
};

// Of the configurations that meet the constraints those whose objective, as the evaluator gives it, is at least
// `least`. By boxes: where the worst of one is worth enough all of it counts, where the best is not nothing of it
// does, else it is halved; small ones are counted one by one. `most_boxes` bounds the time.
WorthCount count_worth(const Evaluator& evaluator, double least, std::uint64_t most_boxes = 2'000'000);

}  // namespace flash
