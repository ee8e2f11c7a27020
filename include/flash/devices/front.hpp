// The Pareto front of accuracy and latency on a target device, from few measurements: step by step, by whoever measures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "flash/devices/adaptation.hpp"

namespace flash {

struct FrontInput {
  AdaptationInput
      devices;  // sampled and measured: all so far, in the order of measuring. A latency that is NaN: the
                // network could not be measured, and is not asked for again
  std::vector<double> accuracy;  // [network]; NaN: unknown, never a candidate
};

struct FrontOptions {
  bool active = true;       // false: the paper's loop, whose samples are drawn before any front
  std::size_t budget = 80;  // measurements in all
  std::size_t first = 20;   // before the first fit
  std::size_t round = 10;   // measured between fits
  std::size_t stable =
      2;  // rounds that change nothing of the measured front end it; 0: the budget alone does
  std::string method = "shared";  // of adaptation_methods(); "": chosen anew in each round
  double region = 0.15;  // the front is wanted among accuracies so far below the best, in accuracy's unit
  std::uint64_t seed = 1;
};

struct FrontStep {
  std::vector<std::size_t> measure;  // these next; empty: at the end
  bool ended = false;
  std::string why;                     // what is measured and why, or why it ended
  std::vector<std::size_t> predicted;  // the predicted front, accuracy descending; empty before the first fit
  std::vector<std::size_t>
      found;  // the front of what was measured, the dominated dropped, accuracy descending
};

// Depends on its arguments alone: who has measured `measure` appends them and asks again.
FrontStep front_step(const FrontInput& input, const FrontOptions& options = {});

// Networks of which no other has at least the accuracy and at most the latency, and is better in one; accuracy
// descending. Of equals the first. Either number NaN: left out. `among` empty: all.
std::vector<std::size_t> pareto_networks(std::span<const double> accuracy, std::span<const double> latency,
                                         std::span<const std::size_t> among = {});

// How near a found front is to the true one, both by true latencies, which are complete.
struct FrontQuality {
  double hypervolume =
      0;  // share of the true front's. Reference point: the latency of the most accurate network x
          // 1.05, and the least accuracy of the region
  double accuracy_lost =
      0;  // mean over 50 latencies, spread evenly over the true front's within the region: the best
          // accuracy at no more latency, less the found front's; in accuracy's unit
};
// The region: accuracies within `region` of the best, in accuracy's unit (15 points: 0.15 of fractions).
FrontQuality front_quality(std::span<const double> accuracy, std::span<const double> latency,
                           std::span<const std::size_t> found, double region);

}  // namespace flash
