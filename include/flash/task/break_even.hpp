// From which share of kept weights on a sparse layer is no slower than a dense one on this machine: what the task says and
// what comes back; known to flash and to flash-trainer, free of LibTorch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

struct BreakEvenSettings {
  int batch = 1;     // images of a pass, 1 to 4096
  int repeats = 15;  // timed turns, each of the dense layer and of every density; their medians count
  std::vector<double> shares{0.02, 0.05, 0.1, 0.2,
                             0.3,  0.5,  0.7, 1};  // of the weights kept, ascending, in (0, 1]
};
Json to_json(const BreakEvenSettings& settings);
// Throws Error bad_job where a setting cannot be.
BreakEvenSettings break_even_settings_from_json(const Json& json);
void check_break_even(const BreakEvenSettings& settings);

struct SparseTime {
  double share = 0;  // of the weights kept
  double ms = 0;     // of the layer, all images of the batch
};

struct LayerBreakEven {
  std::string kind;  // "convolution", "linear"
  std::int64_t weights = 0;
  double dense_ms = 0;
  std::vector<SparseTime> sparse{};  // ascending shares
  double break_even = 0;
};

struct BreakEvenResult {
  std::vector<LayerBreakEven> layers{};  // those with weights, in the order in which they run
  std::string device{};                  // the processor
};
Json to_json(const BreakEvenResult& result);
BreakEvenResult break_even_result_from_json(const Json& json);

// Where the sparse layer's times cross the dense one's, between the two shares next to it by a straight line. Times need not
// rise with the share: the first share that is slower ends what is known to pay. 0 where the least one is slower already,
// the largest where none is.
double crossing(double dense_ms, std::span<const SparseTime> sparse);

}  // namespace flash
