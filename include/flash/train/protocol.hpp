// What flash asks flash-trainer, as JSON in frames (process/frame.hpp) on its standard input and output.
//
//   {"command": "train",   "space": {...}, "id": 17, "data": {...}, "training": {...}, "seed": 5}
//     -> TrainingResult as JSON
//   {"command": "measure", "space": {...}, "id": 17, "host": {...}, "seed": 5}
//     -> HostMeasurement as JSON
// An error comes back as {"error": "one line", "code": 65}.
#pragma once

#include <string>

namespace flash {

// One request, one reply; throws nothing. Loaded data stay in memory for the next request on the same set.
std::string answer(const std::string& request);

}  // namespace flash
